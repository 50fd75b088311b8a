"""typed: a frame of any types → the columns that are learnt, in types of their own."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NoReturn

import polars as pl

from ranvier.data.column import Column
from ranvier.data.sources.large import LargeTable
from ranvier.data.table.cells import (
    is_finite,
    is_given,
    is_readable,
    read_cells,
)
from ranvier.errors import DataError, shown, suggest

_WANTED = {
    "number": "a number",
    "count": "a number",
    "boolean": "true or false, yes or no, t or f, y or n, 1 or 0",
    "date": "a date as in 2024-01-31, or 2024-01-31 10:20:30",
}


def typed(
    frame: pl.DataFrame,
    columns: Sequence[Column],
    *,
    where: str = "data",
    numbers: pl.Series | None = None,
) -> pl.DataFrame:
    """Return the learnt `columns` of a frame, in their order and typed by their kinds.

    A number or a count becomes Float64, a boolean Boolean, a date Datetime in
    microseconds (UTC where there was a zone), a category or a text String: 1, 1.0 and
    "1" are the same category "1". A missing cell becomes null. The order of the
    frame's columns is of no matter, others in it are ignored, and what is typed
    already stays as it is. A cross is made of the columns that it names.

    numbers: what the rows are called in errors, where others were left out before.

    Raises:
        DataError: a column is missing, a cell cannot be of its column's kind, or a
            number is infinite; the error says `where`, row (from 1), column and value.

    >>> frame = pl.DataFrame({"size": ["1.5", "?"], "coin": [2, 5], "note": "x"})
    >>> columns = [Column("coin", "category"), Column("size", "number")]
    >>> typed(frame, columns).rows()
    [('2', 1.5), ('5', None)]
    """
    return pl.DataFrame(
        list(typed_columns(frame, columns, where=where, numbers=numbers))
    )


def typed_columns(
    frame: pl.DataFrame | LargeTable,
    columns: Sequence[Column],
    *,
    where: str = "data",
    numbers: pl.Series | None = None,
) -> Iterator[pl.Series]:
    """Yield the columns that `typed` returns, each read when it is asked for.

    Raises:
        DataError: as of `typed`.
    """
    learnt = [column for column in columns if column.is_learnt]
    names = set(frame.columns)
    for name in chain.from_iterable(one.of or (one.name,) for one in learnt):
        if name not in names:
            raise DataError(
                f"{where}: column {name!r} is missing; "
                f"{suggest(name, frame.columns)}give every column that was learnt "
                "from; a cell of it may be empty."
            )
    known = {column.name: column for column in columns}
    for column in learnt:
        if column.of:
            crossed = [
                read_cells(frame[one], known.get(one, Column(one, "category")))
                for one in column.of
            ]
            yield _crossed(crossed, column.name)
        else:
            yield _read(frame[column.name], column, where, numbers)


def _crossed(columns: list[pl.Series], name: str) -> pl.Series:
    """Return texts of several columns beside each other; null where one is."""
    both = pl.concat_str(pl.all(), separator=" × ")
    return pl.DataFrame(columns).select(both.alias(name)).to_series()


def row_number(row: int, numbers: pl.Series | None) -> int:
    """Return what a row is called, from 1, given its place in a frame."""
    return row + 1 if numbers is None else int(numbers[row])


def _read(
    cells: pl.Series, column: Column, where: str, numbers: pl.Series | None
) -> pl.Series:
    if not is_readable(cells.dtype):
        raise DataError(
            f"{where}: column {column.name!r} holds {cells.dtype}; a cell of a table "
            "is one number, date or text."
        )
    read = read_cells(cells, column)
    if column.kind in ("number", "count") and not is_finite(read):
        infinite = read.is_infinite()
        if infinite.any():
            row = infinite.arg_max() or 0
            raise DataError(
                f"{where}: row {row_number(row, numbers):,}, column {column.name!r}: "
                f"{cells[row]!r} is infinite; give a finite number, or leave the cell "
                "empty."
            )
    if column.kind in _WANTED and read.null_count() > cells.null_count():
        stray = is_given(cells, loose=True) & read.is_null()
        if stray.any():
            row = stray.arg_max() or 0
            place = f"{where}: row {row_number(row, numbers):,}"
            _refuse(cells[row], column, place)
    return read


def _refuse(cell: object, column: Column, place: str) -> NoReturn:
    wanted = _WANTED[column.kind]
    if column.format:
        wanted = f"a date as {column.format}"
    remedy = f"--column {column.name}=category"
    if column.kind == "date":
        remedy += f", or --column {column.name}=date:%d/%m/%Y if written so"
    raise DataError(
        f"{place}, column {column.name!r}: {shown(cell)} is not {wanted}; mend the "
        f"cell, leave it empty, or learn the column as another kind with {remedy}."
    )
