"""kinds: the evidence of a column → what kind of column it is."""

from dataclasses import replace

import polars as pl

from ranvier.data.column import KINDS, Column, Kind
from ranvier.data.notation import signs_agree
from ranvier.data.table.cells import as_numbers, as_texts, is_given, is_textual
from ranvier.data.table.dates import NUMBER, are_dates, find_format, is_format
from ranvier.data.table.evidence import Evidence
from ranvier.errors import DataError, suggest

MOST = 0.99  # of the cells must be numbers, or dates, for a text column to be one
_SEEMING = 0.9  # of a sample, before the whole column is read
_NEARLY_ALL = 0.95  # of the cells are different in an identifier
_OFTEN = 0.2  # of the cells are different in a text that repeats
_FEW_ROWS = 10  # too few to tell an identifier by its values
_FEW_NAMES = 50  # so many names are a category, however long they are
_MOST_ANSWERS = 12  # ways to write yes and no, in capitals or not
_FIRST_DAY, _LAST_DAY = 1900_01_01, 2100_12_31
_PAIRS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"), ("0", "1"))


def column_of(seen: Evidence) -> Column:
    """Return a column with the kind that the evidence speaks for."""
    column = _column_of(seen)
    return with_type(column, seen.dtype)


def with_type(column: Column, dtype: pl.DataType) -> Column:
    """Return a column that says whether its names are numbers."""
    named = column.kind in ("category", *Column.left_out)
    return replace(column, numeric=named and dtype.is_numeric())


def _column_of(seen: Evidence) -> Column:
    if not seen.given or (seen.distinct == 1 and seen.given == seen.rows):
        return Column(seen.name, "constant")
    if is_textual(seen.dtype):
        return _of_texts(seen)
    if _are_days(seen, seen.low, seen.high, seen.cells):
        return Column(seen.name, "date", NUMBER)
    if seen.dtype.is_integer():
        return _of_integers(seen, seen.low, seen.high)
    return Column(seen.name, _of_type(seen))


def _of_type(seen: Evidence) -> Kind:
    if isinstance(seen.dtype, (pl.Date, pl.Datetime)):
        return "date"
    two = seen.distinct == 2 and (seen.low, seen.high) == (0, 1)
    return "boolean" if two or isinstance(seen.dtype, pl.Boolean) else "number"


def overruled(name: str, kind: str) -> Column:
    """Return the column that a user asks for, as in "category" or "date:%d/%m/%Y".

    Raises:
        DataError: there is no such kind, or the format is none.
    """
    word, _, written = str(kind).partition(":")
    if word not in KINDS:
        raise DataError(
            f"column {name!r}: there is no kind {kind!r}; {suggest(word, KINDS)}"
            f"known: {', '.join(KINDS)}."
        )
    if written and (word != "date" or not is_format(written)):
        raise DataError(
            f"column {name!r}: {kind!r} says not how dates are written; give the signs "
            "of a day, a month and a year, as in date:%d/%m/%Y."
        )
    return Column(name, word, written or None)  # type: ignore[arg-type]


def _of_integers(seen: Evidence, low: float | None, high: float | None) -> Column:
    if seen.distinct == 2 and (low, high) == (0, 1):
        return Column(seen.name, "boolean")
    differ = seen.differing >= _NEARLY_ALL
    if seen.is_identifier_by_name and differ:
        return Column(seen.name, "identifier")
    if seen.is_identifier_by_name:
        return Column(seen.name, "category")
    if differ and seen.rows >= _FEW_ROWS and _counts_rows(seen.cells):
        return Column(seen.name, "identifier")
    return Column(seen.name, "count")


def _are_days(
    seen: Evidence, low: float | None, high: float | None, cells: pl.Series
) -> bool:
    """Return whether numbers from `low` to `high` are dates, as 20240131."""
    if low is None or high is None or seen.is_identifier_by_name:
        return False
    return low >= _FIRST_DAY and high <= _LAST_DAY and are_dates(as_numbers(cells))


def _counts_rows(cells: pl.Series) -> bool:
    """Return whether each number is the one before, and one more; none is missing."""
    given = cells if cells.dtype.is_integer() else as_numbers(cells)
    numbers, gaps = given.cast(pl.Int64, strict=False), len(cells) - 1
    if numbers.null_count():
        return False
    first, last = numbers[0], numbers[-1]
    counted = pl.int_range(first, last, eager=True)
    return len(counted) == gaps and bool((numbers.head(gaps) == counted).all())


def _of_texts(seen: Evidence) -> Column:
    if isinstance(seen.dtype, (pl.Categorical, pl.Enum)):
        return Column(seen.name, "category")
    if 2 <= seen.distinct <= _MOST_ANSWERS and _are_answers(seen.tally.texts):
        return Column(seen.name, "boolean")
    if _are_numbers(seen):
        return _of_number_texts(seen)
    found = None
    if find_format(seen.sample, _SEEMING):
        found = find_format(as_texts(seen.tally.texts), MOST, seen.tally.rows)
    if found:
        return Column(seen.name, "date", found.format)
    return Column(seen.name, _of_words(seen))


def _are_answers(texts: pl.Series) -> bool:
    words = as_texts(texts).drop_nulls().str.to_lowercase().unique()
    return tuple(sorted(words)) in _PAIRS


def _are_numbers(seen: Evidence) -> bool:
    """Return whether nearly all texts are numbers, of one sign: not $5 and 5 %.

    007 is none, but a name.
    """
    sample = seen.sample
    if sample.str.contains(r"^[+-]?0\d").any() or not signs_agree(sample):
        return False
    seeming = int(is_given(sample, loose=True).sum())
    if as_numbers(sample).count() < _SEEMING * max(seeming, 1):
        return False
    tally = seen.tally
    given = tally.count(is_given(tally.texts, loose=True))
    numbers = tally.count(as_numbers(tally.texts).is_not_null())
    return numbers >= MOST * max(given, 1)


def _of_number_texts(seen: Evidence) -> Column:
    numbers = as_numbers(seen.tally.texts).drop_nulls()
    if not bool((numbers.floor() == numbers).all()):
        return Column(seen.name, "number")
    low, high = numbers.min(), numbers.max()
    if _are_days(seen, low, high, numbers):  # type: ignore[arg-type]
        return Column(seen.name, "date", NUMBER)
    whole = seen._replace(distinct=numbers.n_unique())
    return _of_integers(whole, low, high)  # type: ignore[arg-type]


def _of_words(seen: Evidence) -> Kind:
    if seen.differing >= _NEARLY_ALL and seen.rows >= _FEW_ROWS:
        return "text" if seen.words >= 2 else "identifier"
    long = seen.words >= 3 and seen.distinct > _FEW_NAMES
    return "text" if long and seen.differing >= _OFTEN else "category"
