"""rows: whatever numbers the user holds → what the network reads, (N, K)."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data import Encoder, Schema
from ranvier.data.budget import budget
from ranvier.data.memory import as_array
from ranvier.errors import DataError, naming, shown
from ranvier.model.inputs import Rows

if TYPE_CHECKING:
    import polars

Inputs = NDArray[np.uint8] | NDArray[np.float32]


def reads_bytes(encoder: Encoder) -> bool:
    """Tell whether the network was trained on bytes, 0 to 255."""
    return bool(
        (encoder.scale == np.float32(1 / 255)).all() and not encoder.shift.any()
    )


def network_rows(inputs: ArrayLike, schema: Schema, encoder: Encoder) -> Inputs:
    """Return `inputs` as (N, K) uint8 or float32, copied only where they must be.

    inputs: one row or N rows of the schema's shape, or the same flattened; any type
        of number. Of a table, a frame of any kind, a dict of columns, a dict or a list
        of dicts with a row each, or an array of its learnt columns.

    Raises:
        DataError: the shape or a value is none that the network was trained for.
    """
    if encoder.table is not None:
        return encoder.table.apply(table_rows(inputs, schema))
    array = _flat(_numbers(inputs), schema)
    if array.dtype == np.uint8:
        return array.view(np.uint8)
    if not reads_bytes(encoder):
        return array.astype(np.float32, copy=False)
    _check_bytes(array)
    if array.dtype.kind in "bui":
        return array.astype(np.uint8)
    return array.astype(np.float32, copy=False)


def block_rows(encoder: Encoder) -> int:
    """Return how many rows of a table have room at once, as numbers."""
    return max(1, budget().block // (encoder.size * 4))


def network_blocks(
    inputs: ArrayLike, schema: Schema, encoder: Encoder
) -> Iterator[Inputs]:
    """Yield what `network_rows` returns: of a table, some rows after the others.

    A row of a table becomes many numbers, which all rows together may have no room for.
    """
    if encoder.table is None:
        yield network_rows(inputs, schema, encoder)
        return
    for block in table_rows(inputs, schema).iter_slices(block_rows(encoder)):
        yield encoder.table.apply(block)


def numbers_of(rows: Rows, schema: Schema, encoder: Encoder) -> Inputs:
    """Return what the network reads of rows of a file.

    Raises:
        DataError: a column is missing, or a value is none that the network was trained
            for; the error says the file, and of a table the row.
    """
    if encoder.table is None:
        with naming(rows.file):
            return network_rows(rows.values, schema, encoder)
    import polars

    from ranvier.data.table import typed

    first = rows.first or 0
    numbers = polars.int_range(first, first + len(rows.values), eager=True)
    frame = typed(rows.values, schema.columns, where=rows.file, numbers=numbers)
    return encoder.table.apply(frame)


def table_rows(inputs: Any, schema: Schema) -> "polars.DataFrame":
    """Return rows of a table, typed as they were for the training.

    Raises:
        DataError: a column is missing, or a cell is of another kind.
    """
    from ranvier.data.sources import read_frame
    from ranvier.data.table import typed

    names = [column.name for column in schema.columns if column.is_given]
    if isinstance(inputs, dict) and not any(map(_is_many, inputs.values())):
        inputs = [inputs]
    if isinstance(inputs, (np.ndarray, list)) and not _holds_dicts(inputs):
        inputs = _named(np.asarray(inputs, object), names)
    return typed(read_frame(inputs), schema.columns, where="the rows")


def _is_many(value: object) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, (str, bytes))


def _holds_dicts(inputs: Any) -> bool:
    return len(inputs) > 0 and isinstance(inputs[0], dict)


def _named(array: NDArray[Any], names: list[str]) -> dict[str, list[Any]]:
    array = array[None] if array.ndim == 1 else array
    if array.ndim != 2 or array.shape[1] != len(names):
        raise DataError(
            f"the rows have the shape {array.shape}, the model was trained on the "
            f"columns {shown(names)}; give a frame that has them, or (N, {len(names)})."
        )
    return {name: array[:, at].tolist() for at, name in enumerate(names)}


def _numbers(inputs: ArrayLike) -> NDArray[Any]:
    array = as_array(inputs, "the rows")
    if array.dtype.kind not in "buif":
        raise DataError(
            f"the rows are of type {array.dtype}; give numbers: integers, floats or "
            "booleans."
        )
    return array if array.dtype.kind != "f" else _finite(array)


def _finite(array: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        narrow = array.astype(np.float32, copy=False)
    if np.isfinite(narrow).all():
        return narrow
    place = tuple(np.argwhere(~np.isfinite(narrow))[0].tolist())
    raise DataError(
        f"the rows hold {array[place]} at {place}; give finite numbers of at most "
        "3.4e38: fill what is missing, or leave that row out."
    )


def _flat(array: NDArray[Any], schema: Schema) -> NDArray[Any]:
    shape = schema.input_shape
    size = math.prod(shape)
    if array.shape in (shape, (size,)):
        return np.ascontiguousarray(array).reshape(1, size)
    if array.shape[1:] in (shape, (size,)):
        return np.ascontiguousarray(array).reshape(-1, size)
    many = ", ".join(map(str, ("N", *shape)))
    raise DataError(
        f"the rows have the shape {array.shape}, the model was trained on rows of "
        f"shape {shape}; give one such row, or N of them as ({many})."
    )


def _check_bytes(array: NDArray[Any]) -> None:
    least, most = (array.min(), array.max()) if array.size else (0, 0)
    if least < 0 or most > 255:
        raise DataError(
            f"the values run from {least:g} to {most:g}; the model was trained on "
            "bytes, 0 to 255: give the values in that range."
        )
    if array.dtype.kind == "f" and 0 < most <= 1:
        raise DataError(
            f"the values run from {least:g} to {most:g}; the model was trained on "
            "bytes, 0 to 255: multiply by 255."
        )
