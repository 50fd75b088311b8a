"""weights: a column that says what each row counts → numbers, zero or more."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ranvier.data.sources.large import LargeTable
from ranvier.data.table.cells import as_numbers, is_given, is_readable
from ranvier.data.table.typed import row_number
from ranvier.errors import DataError, shown, suggest


def check_weight(
    frame: pl.DataFrame | LargeTable, weight: str, targets: Sequence[str], where: str
) -> None:
    """Make sure that a column can say what each row weighs.

    Raises:
        DataError: there is no such column, or it is a target.
    """
    if weight not in frame.columns:
        raise DataError(
            f"{where}: there is no column {weight!r} to weigh rows by; "
            f"{suggest(str(weight), frame.columns)}give one of numbers, or leave the "
            "weight out where all rows count alike."
        )
    if weight in targets:
        raise DataError(
            f"{where}: the column {weight!r} is the target and the weight; name "
            "another column for one of them."
        )


def read_weights(
    frame: pl.DataFrame | LargeTable,
    weight: str,
    *,
    where: str = "data",
    numbers: pl.Series | None = None,
) -> NDArray[np.float32]:
    """Return what each row weighs, (N,) float32.

    numbers: what the rows are called in errors, from 1 if left out.

    Raises:
        DataError: the column or a cell is missing, a cell is no finite number or below
            zero, or all are zero; the error says `where`, row, column and value.

    >>> read_weights(pl.DataFrame({"times": ["1", "2.5"]}), "times")
    array([1. , 2.5], dtype=float32)
    """
    check_weight(frame, weight, (), where)
    cells = frame[weight]
    if not is_readable(cells.dtype):
        raise DataError(
            f"{where}: column {weight!r} holds {cells.dtype}; a weight is one number: "
            "give a column of such."
        )
    with np.errstate(over="ignore"):
        values = as_numbers(cells).to_numpy().astype(np.float32)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        given = bool(is_given(cells[row : row + 1])[0])
        fault = (
            f"{shown(cells[row])} is no weight" if given else "the weight is missing"
        )
        raise DataError(
            f"{where}: row {row_number(row, numbers):,}, column {weight!r}: {fault}; "
            "give a finite number, zero or more: 2 counts a row twice, 0 leaves it out."
        )
    if not values.any():
        raise DataError(
            f"{where}: column {weight!r} is 0 in all {len(cells):,} rows, so that none "
            "counts; give some a weight above 0."
        )
    return values
