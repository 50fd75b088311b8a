"""frames: tables that the user holds in memory → a frame of Polars."""

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from ranvier.data.sources.columnar import with_rows
from ranvier.data.sources.dialect import checked_names
from ranvier.data.sources.options import Options
from ranvier.data.sources.tidy import tidied
from ranvier.errors import DataError, shown


def read_memory(table: Any, options: Options) -> pl.DataFrame:
    """Read a frame of pandas, Polars or PyArrow, columns by name, or rows by name.

    Raises:
        DataError: columns differ in length, share a name, or hold no plain values.
    """
    options.only("a table in memory")
    if isinstance(table, Mapping):
        frame = _from_columns(table)
    elif isinstance(table, Sequence):
        frame = _from_rows(table)
    else:
        checked_names(_names(table), "the table")
        frame = _from_frame(nw.from_native(table))
    return tidied(with_rows(_plain(frame), "the table"), options.missing)


def categories_in(table: Any) -> list[str]:
    """Return the columns of a frame whose type says that they are categories.

    An order of them says that they are more: such columns are not among these.
    """
    if isinstance(table, (Mapping, Sequence)):
        return []
    schema = nw.from_native(table).collect_schema()
    return [str(name) for name, dtype in schema.items() if dtype == nw.Categorical]


def _from_columns(columns: Mapping[Any, Any]) -> pl.DataFrame:
    series = {str(name): _series(str(name), one) for name, one in columns.items()}
    longest = max((len(one) for one in series.values()), default=0)
    for name, one in series.items():
        if len(one) != longest:
            first = next(n for n, other in series.items() if len(other) == longest)
            raise DataError(
                f"the column {name!r} has {len(one)} cells, the column {first!r} has "
                f"{longest}; give columns of equal length."
            )
    return pl.DataFrame(list(series.values()))


def _from_rows(rows: Sequence[Any]) -> pl.DataFrame:
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise DataError(
                f"row {number} is {shown(row)}; give each row as a dict such as "
                '{"age": 39}.'
            )
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {str(name): [row.get(name) for row in rows] for name in names}
    return pl.DataFrame([_series(name, cells) for name, cells in columns.items()])


def _from_frame(frame: Any) -> pl.DataFrame:
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect("polars")
    if frame.implementation.is_polars():
        polars: pl.DataFrame = frame.to_native()
        return polars
    if frame.implementation.is_pyarrow():
        arrow = pl.from_arrow(frame.to_native())
        assert isinstance(arrow, pl.DataFrame)
        return arrow
    return pl.DataFrame([_from_series(one) for one in frame.iter_columns()])


def _names(table: Any) -> tuple[str, ...]:
    """Return the names of a frame's columns, which for pandas can be anything."""
    if isinstance(table, pl.LazyFrame):
        return ()
    return tuple(map(str, getattr(table, "column_names", table.columns)))


def _from_series(column: Any) -> pl.Series:
    """Convert a column of pandas without PyArrow, which need not be installed."""
    name = str(column.name)
    dtype = getattr(column.to_native(), "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind in "biufM":
        return pl.Series(name, column.to_numpy())
    missing = column.is_null().to_list()
    cells = zip(column.to_list(), missing, strict=True)
    return _series(name, [None if gone else cell for cell, gone in cells])


def _series(name: str, cells: Any) -> pl.Series:
    """Make one column of whatever holds its cells; a single value is one cell."""
    if isinstance(cells, pl.Series):
        return cells.alias(name)
    if isinstance(cells, (str, bytes)) or not hasattr(cells, "__len__"):
        cells = [cells]
    try:
        if not hasattr(cells, "dtype"):
            return _from_list(name, list(cells))
        if getattr(cells, "ndim", 1) != 1:
            raise DataError(
                f"the column {name!r} has the shape {cells.shape}; give one "
                "value a row."
            )
        kind = getattr(cells.dtype, "kind", "O")
        if kind in "biufM":
            return pl.Series(name, cells)
        return _from_list(name, list(cells))
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        if isinstance(error, DataError):
            raise
        reason = str(error).splitlines()[0]
        raise DataError(
            f"the column {name!r} cannot be read ({reason}); give numbers, texts, "
            "booleans or dates."
        ) from None


def _from_list(name: str, cells: list[Any]) -> pl.Series:
    series = pl.Series(name, cells, strict=False)
    if series.null_count() > sum(cell is None for cell in cells):
        gone = series.is_null().to_list()
        row = next(r for r, cell in enumerate(cells) if gone[r] and cell is not None)
        raise DataError(
            f"the column {name!r} holds {shown(cells[row])} in row {row}, which fits "
            "no type that can hold its other cells; give numbers, texts, booleans or "
            "dates, and of one kind."
        )
    return series


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    for column in frame.get_columns():
        if column.dtype == pl.Object:
            value = column.drop_nulls()[0]
            raise DataError(
                f"the column {column.name!r} holds {shown(value)}, of the type "
                f"{type(value).__name__}; give numbers, texts, booleans or dates."
            )
    return frame
