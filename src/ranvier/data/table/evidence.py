"""evidence: what the cells of a table show, counted once for all columns."""

import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from ranvier.data.table.cells import MARKS, as_texts, is_textual
from ranvier.data.table.parallel import each
from ranvier.data.tally import MANY, Tally

_SAMPLE = 10_000  # rows that the texts of a column are read from
_FEW = 100  # distinct values that an estimate cannot be trusted with
_WORD = r"\S+"
_NUMBERED = {
    *("id", "ids", "pid", "uuid", "guid", "index", "key", "rownames", "rowid"),
    *("user", "item", "movie", "film", "book", "song", "product", "customer"),
    *("client", "patient"),
}


class Evidence(NamedTuple):
    """Hold what is known of one column.

    given: cells that are not missing. distinct: different values among them, from
    100,000 rows on within two in a hundred. low, high, mean: of numbers, else None.
    cells: the whole column. sample: some of its texts, missing ones left out.
    tallied: what counts all of its texts, once.
    """

    name: str
    dtype: pl.DataType
    rows: int
    given: int
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    cells: pl.Series
    sample: pl.Series
    tallied: Callable[[], Tally]

    @property
    def tally(self) -> Tally:
        """The different texts of a column of texts, counted when first asked for."""
        return self.tallied()

    @property
    def differing(self) -> float:
        """How many of the given cells are different, as a share."""
        return self.distinct / max(self.given, 1)

    @property
    def words(self) -> float:
        """How many words a text has in the mean."""
        counts = self.sample.str.count_matches(_WORD)
        return float(counts.mean() or 0)  # type: ignore[arg-type]

    @property
    def is_identifier_by_name(self) -> bool:
        """Whether the name says that the column numbers or names things."""
        return is_identifier_name(self.name)


def is_identifier_name(name: str) -> bool:
    """Return whether a column called so numbers things: id, user_id, rowId, uuid.

    >>> [is_identifier_name(name) for name in ("id", "userId", "valid", "user")]
    [True, True, False, True]
    """
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)
    return bool(parts) and parts[-1].lower() in _NUMBERED


def gather(frame: pl.DataFrame) -> list[Evidence]:
    """Return the evidence of each column of a frame with rows, in order."""
    return each(evidence_of, frame.get_columns(), len(frame))


def evidence_of(cells: pl.Series, known: Tally | None = None) -> Evidence:
    """Return the evidence of a column with rows.

    known: the tally of its texts, where that is known.
    """
    drawn = cells.gather_every(-(-len(cells) // _SAMPLE))
    tallied = cache(lambda: known or Tally.of(cells))
    is_numeric = cells.dtype.is_numeric()
    mean = _number(cells.mean()) if is_numeric else None
    if not is_textual(cells.dtype):
        given, distinct = _of_values(cells, drawn, mean)
    elif len(cells) > MANY:
        given, distinct = _of_many_texts(tallied())
    else:
        given, distinct = _of_texts(cells)
    return Evidence(
        cells.name,
        cells.dtype,
        len(cells),
        given,
        distinct,
        _number(cells.min()) if is_numeric else None,
        _number(cells.max()) if is_numeric else None,
        mean,
        cells,
        _texts(drawn),
        tallied,
    )


def _of_values(
    cells: pl.Series, drawn: pl.Series, mean: float | None
) -> tuple[int, int]:
    """Return how many values are given, and how many differ among them.

    drawn: some of the cells. mean: of numbers, which is NaN if a cell is.
    """
    nulls, nans = cells.null_count(), 0
    if mean is not None and math.isnan(mean):
        nans = int(cells.is_nan().sum())
    given = len(cells) - nulls - nans
    distinct = _distinct(cells, drawn) - int(nulls > 0) - int(nans > 0)
    return given, max(distinct, int(given > 0))


def _distinct(cells: pl.Series, drawn: pl.Series) -> int:
    """Count different cells, or, where some of many show many, estimate their count."""
    if cells.dtype == pl.Boolean:
        return len(cells.unique())  # a hundred times as fast as n_unique
    if len(cells) <= MANY or drawn.n_unique() <= _FEW:
        return cells.n_unique()
    return int(cells.approx_n_unique())  # type: ignore[arg-type]


def _of_texts(cells: pl.Series) -> tuple[int, int]:
    """Return how many texts are given, and how many differ among them."""
    marks, nulls = _marks(cells), cells.null_count()
    given = len(cells) - nulls - len(marks)
    distinct = cells.n_unique() - marks.n_unique() - int(nulls > 0)
    return given, max(distinct, int(given > 0))


def _of_many_texts(tally: Tally) -> tuple[int, int]:
    """Return how many of many texts are given, and how many differ among them."""
    marks, nulls = _marks(tally.texts), tally.texts.null_count()
    kinds = marks.n_unique() + int(nulls > 0)
    if tally.rows is None:
        given = len(tally.texts) - nulls - len(marks)
        distinct = int(tally.texts.approx_n_unique()) - kinds  # type: ignore[arg-type]
        return given, max(distinct, int(given > 0))
    is_missing = tally.texts.is_null() | tally.texts.is_in(MARKS)
    return tally.total - tally.count(is_missing), len(tally.texts) - kinds


def _texts(cells: pl.Series) -> pl.Series:
    if not is_textual(cells.dtype):
        return pl.Series(cells.name, [], dtype=pl.String)
    return as_texts(cells).drop_nulls()


def _marks(cells: pl.Series) -> pl.Series:
    """Return the texts that mark a missing cell; few texts are as short."""
    texts = cells if cells.dtype == pl.String else cells.cast(pl.String)
    is_short = texts.str.len_bytes() <= max(map(len, MARKS))
    short = texts.filter(is_short) if is_short.any() else texts.clear()
    return short.filter(short.is_in(MARKS))


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
