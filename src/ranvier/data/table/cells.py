"""cells: raw cells of any type → texts, numbers, booleans and dates; null if none.

Each reader gives null for a missing cell and for one that it cannot read; `is_given`
tells the two apart.
"""

import math

import polars as pl

from ranvier.data.column import Column
from ranvier.data.notation import ANY_SIGN
from ranvier.data.table.dates import read_dates

MARKS = (
    *("", "?", "NA", "N/A", "n/a", "#N/A", "<NA>"),
    *("NaN", "nan", "NULL", "null"),
)
"""Texts that stand for a missing cell in every column."""
LOOSE_MARKS = (
    *(mark.lower() for mark in MARKS),
    *("none", "nil", "-", "--", ".", "n.a.", "unknown", "missing"),
)
"""In any case, these stand for a missing cell where texts are not expected."""
YES, NO = ("true", "yes", "t", "y", "1"), ("false", "no", "f", "n", "0")

_LOGICAL = ("True", "TRUE", "False", "FALSE")
_TEXTUAL = (pl.String, pl.Categorical, pl.Enum)
_WHOLE = 2.0**53  # up to here a float holds every whole number


def is_textual(dtype: pl.DataType) -> bool:
    """Return whether cells of this type are written as texts."""
    return isinstance(dtype, _TEXTUAL)


def is_readable(dtype: pl.DataType) -> bool:
    """Return whether a cell of this type is one number, boolean, date or text."""
    return (
        dtype.is_numeric()
        or dtype.is_temporal()
        or is_textual(dtype)
        or isinstance(dtype, (pl.Boolean, pl.Null))
    )


def is_given(cells: pl.Series, *, loose: bool = False) -> pl.Series:
    """Return, for each cell, whether it holds a value; `loose` knows more marks."""
    if cells.dtype.is_float():
        return cells.is_not_null() & ~cells.is_nan().fill_null(value=True)
    if not is_textual(cells.dtype):
        return cells.is_not_null()
    texts = _stripped(cells)
    if loose:
        return ~texts.str.to_lowercase().is_in(LOOSE_MARKS).fill_null(value=True)
    return ~texts.is_in(MARKS).fill_null(value=True)


def read_cells(cells: pl.Series, column: Column) -> pl.Series:
    """Return cells in the type of their column's kind."""
    if column.kind in ("number", "count"):
        return as_numbers(cells)
    if column.kind == "boolean":
        return as_booleans(cells)
    if column.kind == "date":
        return as_dates(cells, column.format)
    return as_numerals(cells) if column.numeric else as_texts(cells)


def as_numbers(cells: pl.Series) -> pl.Series:
    """Return cells as Float64; a time of the day or a duration counts seconds.

    Texts may bear a sign of money or of hundredths, and part thousands, as $1,250.50.
    """
    dtype = cells.dtype
    if isinstance(dtype, (pl.Time, pl.Duration)):
        return cells.cast(pl.Duration("us")).dt.total_microseconds() / 1e6
    if dtype.is_temporal():
        return _nothing(cells, pl.Float64())
    if is_textual(dtype):
        cells = _marked(_stripped(cells), LOOSE_MARKS)
    numbers = cells.cast(pl.Float64, strict=False)
    if is_textual(dtype) and numbers.null_count() > cells.null_count():
        numbers = numbers.fill_null(ANY_SIGN.read(cells))
    return numbers if is_finite(numbers) else numbers.fill_nan(None)


def is_finite(numbers: pl.Series) -> bool:
    """Return whether all numbers are surely finite: their sum is."""
    return math.isfinite(numbers.sum() or 0.0)


def as_booleans(cells: pl.Series) -> pl.Series:
    """Return cells as Boolean: true or false, yes or no, t or f, y or n, 1 or 0."""
    if isinstance(cells.dtype, (pl.Boolean, pl.Null)):
        return cells.cast(pl.Boolean)
    if cells.dtype.is_temporal():
        return _nothing(cells, pl.Boolean())
    words = as_texts(cells).str.to_lowercase()
    yes = words.is_in(YES)
    known = yes | words.is_in(NO)
    return _where(known, yes)


def as_dates(cells: pl.Series, format: str | None) -> pl.Series:  # noqa: A002
    """Return cells as Datetime in microseconds, in UTC where they had a zone."""
    dtype = cells.dtype
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone:
            cells = cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return cells.cast(pl.Datetime("us"), strict=False)
    if isinstance(dtype, (pl.Date, pl.Null)):
        return cells.cast(pl.Datetime("us"), strict=False)
    if isinstance(dtype, (pl.Time, pl.Duration, pl.Boolean)):
        return _nothing(cells, pl.Datetime("us"))
    texts = _marked(as_texts(cells), LOOSE_MARKS)
    return read_dates(texts, format)


def as_texts(cells: pl.Series) -> pl.Series:
    """Return cells as String, the same text for 1, 1.0, "1" and " 1.0 "."""
    dtype = cells.dtype
    if dtype.is_float():
        return _float_texts(cells)
    if isinstance(dtype, pl.Decimal):
        return _float_texts(cells.cast(pl.Float64))
    if isinstance(dtype, pl.Duration):
        return cells.cast(pl.Int64).cast(pl.String)
    if not is_textual(dtype):
        return cells.cast(pl.String)
    texts = _marked(_stripped(cells), MARKS)
    if texts.str.contains(".0", literal=True).any():
        texts = texts.str.replace(r"^([+-]?\d+)\.0+$", "${1}")
    logical = texts.is_in(_LOGICAL)
    if not logical.any():
        return texts
    return texts.zip_with(~logical.fill_null(value=False), texts.str.to_lowercase())


def as_numerals(cells: pl.Series) -> pl.Series:
    """Return cells as String, the same for all texts of one number: 7, 007 and 7.0."""
    texts = as_texts(cells)
    if not is_textual(cells.dtype):
        return texts
    numbers = texts.cast(pl.Float64, strict=False)
    exact = (numbers.abs() < _WHOLE).fill_null(value=False)
    return _float_texts(numbers).zip_with(exact, texts)


def _float_texts(cells: pl.Series) -> pl.Series:
    whole = (cells.abs() < _WHOLE) & (cells.floor() == cells)
    numbers = cells.fill_nan(None)
    counts = numbers.cast(pl.Int64, strict=False).cast(pl.String)
    return counts.zip_with(whole.fill_null(value=False), numbers.cast(pl.String))


def _stripped(cells: pl.Series) -> pl.Series:
    texts = cells if cells.dtype == pl.String else cells.cast(pl.String)
    return texts.str.strip_chars()


def _marked(texts: pl.Series, marks: tuple[str, ...]) -> pl.Series:
    compared = texts if marks is MARKS else texts.str.to_lowercase()
    return _where(~compared.is_in(marks), texts)


def _where(kept: pl.Series, cells: pl.Series) -> pl.Series:
    """Return the cells that are kept, and null elsewhere."""
    nothing = pl.Series(cells.name, [None], dtype=cells.dtype)
    return cells.zip_with(kept.fill_null(value=False), nothing)


def _nothing(cells: pl.Series, dtype: pl.DataType) -> pl.Series:
    return pl.Series(cells.name, [None], dtype=dtype).new_from_index(0, len(cells))
