"""evidence: what the cells of a table show, counted once for all columns."""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl
from polars.selectors import float as float_type
from polars.selectors import numeric

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
    100,000 rows on within two in a hundred. low, high: of numbers, else None.
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


def gather(
    frame: pl.DataFrame, tallies: Mapping[str, Tally] = MappingProxyType({})
) -> list[Evidence]:
    """Return the evidence of each column of a frame with rows, in order.

    tallies: those of columns of texts, where they are known.
    """
    counted = _counts(frame)
    step = -(-len(frame) // _SAMPLE)
    seen = partial(_seen, counted, tallies, step)
    return each(seen, frame.get_columns(), len(frame))


def _seen(
    counted: "_Counts", tallies: Mapping[str, Tally], step: int, cells: pl.Series
) -> Evidence:
    known = tallies.get(cells.name)
    drawn = cells if step == 1 else cells.gather_every(step)
    tallied = cache(lambda: known or Tally.of(cells))
    if is_textual(cells.dtype) and len(cells) > MANY:
        given, distinct = _given_distinct(tallied())
    else:
        given, distinct = counted.given_distinct(cells, drawn)
    return Evidence(
        cells.name,
        cells.dtype,
        len(cells),
        given,
        distinct,
        counted.low.get(cells.name),
        counted.high.get(cells.name),
        cells,
        _texts(drawn),
        tallied,
    )


def _given_distinct(tally: Tally) -> tuple[int, int]:
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


class _Counts(NamedTuple):
    """Hold what was counted of each column.

    distinct: of few rows; a missing cell counts too.
    """

    missing: dict[str, int]
    distinct: dict[str, int]
    low: dict[str, float]
    high: dict[str, float]

    def given_distinct(self, cells: pl.Series, drawn: pl.Series) -> tuple[int, int]:
        """Return how many cells are given, and how many values differ among them.

        drawn: some of the cells.
        """
        missing = self.missing[cells.name]
        kinds = int(cells.null_count() > 0) + int(missing > cells.null_count())
        if is_textual(cells.dtype):
            found = _marks(cells)
            missing = cells.null_count() + len(found)
            kinds = found.n_unique() + int(cells.null_count() > 0)
        given = len(cells) - missing
        distinct = self.distinct.get(cells.name) or _distinct(cells, drawn)
        return given, max(distinct - kinds, int(given > 0))


def _distinct(cells: pl.Series, drawn: pl.Series) -> int:
    """Count different cells, or, where some of them show many, estimate their count."""
    if drawn.n_unique() <= _FEW:
        return cells.n_unique()
    return int(cells.approx_n_unique())  # type: ignore[arg-type]


def _marks(cells: pl.Series) -> pl.Series:
    """Return the texts that mark a missing cell; few texts are as short."""
    texts = cells if cells.dtype == pl.String else cells.cast(pl.String)
    is_short = texts.str.len_bytes() <= max(map(len, MARKS))
    short = texts.filter(is_short) if is_short.any() else texts.clear()
    return short.filter(short.is_in(MARKS))


def _counts(frame: pl.DataFrame) -> _Counts:
    missing = _row(frame.null_count())
    for name, count in _row(frame.select(float_type().is_nan().sum())).items():
        missing[name] += count
    return _Counts(
        missing,
        _row(frame.select(pl.all().n_unique())) if len(frame) <= MANY else {},
        _row(frame.select(numeric().min().cast(pl.Float64))),
        _row(frame.select(numeric().max().cast(pl.Float64))),
    )


def _row(frame: pl.DataFrame) -> dict[str, Any]:
    return dict(zip(frame.columns, frame.row(0), strict=True)) if frame.width else {}
