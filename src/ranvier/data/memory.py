"""memory: whatever numbers the user holds → the two arrays that a Dataset keeps."""

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data.schema import Schema
from ranvier.data.stored import StoredTable
from ranvier.errors import DataError, shown

if TYPE_CHECKING:
    import polars

Array = TypeVar("Array", bound=NDArray[Any])


_STEPS = 1000  # of float32, which the values of a column must reach over at least
_ROUNDING = 1e-10  # of the size of numbers that are the same but for their last digits


def read_only(array: Array) -> Array:
    """Return a view of `array` that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return `values` as an array, copied only where they are none.

    Raises:
        DataError: they cannot be one array, or some are masked.
    """
    try:
        array = np.asarray(values)
    except (RuntimeError, TypeError, ValueError) as error:
        raise DataError(
            f"{name} cannot be one array ({error}); give rows of equal length."
        ) from None
    if np.ma.is_masked(values):
        raise DataError(
            f"{name} hold masked values; fill them, or leave those rows out."
        )
    return array


def input_memory(values: ArrayLike) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Return inputs as contiguous uint8 or float32, copied only where they are not.

    Raises:
        DataError: they are no numbers, or some are not finite.
    """
    array = as_array(values, "inputs")
    if array.dtype.kind not in "buif":
        raise DataError(
            f"inputs are of type {array.dtype}; give numbers: integers, floats or "
            "booleans."
        )
    if array.ndim < 2 or 0 in array.shape:
        raise DataError(
            f"inputs have the shape {array.shape}; give at least one row of at least "
            "one value, (N, K), or images (N, H, W); for one column inputs.reshape(-1, "
            "1)."
        )
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    numbers: NDArray[np.float32] = _finite(array, "inputs")
    if array.ndim == 2 and array.dtype.itemsize > 4:
        _check_steps(array, numbers)
    return numbers


def _check_steps(array: NDArray[Any], numbers: NDArray[np.float32]) -> None:
    """Make sure that float32 tells the values of each column apart."""
    low, high = numbers.min(axis=0), numbers.max(axis=0)
    step = np.spacing(np.maximum(np.abs(low), np.abs(high)))
    for column in np.flatnonzero(high.astype(np.float64) - low < _STEPS * step):
        values, size = array[:, column], max(-low[column], high[column])
        least, most = values.min(), values.max()
        is_rounding = most - least <= _ROUNDING * size
        if not is_rounding and (values != numbers[:, column]).any():
            raise DataError(
                f"column {column} of inputs runs from {least:.10g} to "
                f"{most:.10g}, where float32 has steps of {step[column]:g}: "
                "values would become one; subtract the least first, or give a frame."
            )


def table_memory(frame: Any, schema: Schema) -> "polars.DataFrame | StoredTable":
    """Return a typed frame, in memory or in files, as it is.

    Raises:
        DataError: it is none, or has other columns than those that `schema` learns.
    """
    import polars

    names = [column.name for column in schema.columns if column.is_learnt]
    is_held = isinstance(frame, (polars.DataFrame, StoredTable))
    if not is_held or frame.columns != names:
        given = getattr(frame, "columns", type(frame).__name__)
        raise DataError(
            f"the rows of {schema.name} were given as {shown(given)}; give a Polars "
            f"frame of the columns {shown(names)}: ranvier.data.table.typed makes it."
        )
    if not len(frame):
        raise DataError(f"the table {schema.name} has no rows; give at least one.")
    held: polars.DataFrame | StoredTable = frame
    return held


def target_memory(values: ArrayLike, schema: Schema) -> NDArray[Any]:
    """Return targets as int32 class numbers (N,) or float32 values (N, M).

    Values of a table, which an encoder is yet to scale, are float64.

    Raises:
        DataError: they are not of the kind that `schema` names.
    """
    array = as_array(values, "targets")
    if schema.task != "classification":
        if array.ndim != 2 or array.dtype.kind not in "buif":
            raise DataError(
                f"targets are {array.dtype} of shape {array.shape}; {schema.task} "
                "needs numbers, (N, M)."
            )
        kind = np.float64 if is_eased(schema) else np.float32
        numbers = _finite(array, "targets", kind)
        if schema.has_labels:
            _check_labels(numbers)
        return numbers
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise DataError(
            f"targets are {array.dtype} of shape {array.shape}; classification needs "
            "class numbers (N,); ranvier.data.from_arrays makes them from names."
        )
    classes = len(schema.classes)
    if array.size and not (array.min() >= 0 and array.max() < classes):
        wrong = array.max() if array.max() >= classes else array.min()
        raise DataError(
            f"targets hold the class number {wrong}, the schema names {classes} "
            f"classes; give numbers from 0 to {classes - 1}."
        )
    return np.ascontiguousarray(array, np.int32)


def is_eased(schema: Schema) -> bool:
    """Return whether an encoder scales the targets before they are learnt."""
    return schema.is_table and schema.task == "regression"


def _check_labels(targets: NDArray[Any]) -> None:
    strange = (targets != 0) & (targets != 1)
    if strange.any():
        row, column = np.argwhere(strange)[0].tolist()
        raise DataError(
            f"targets hold {targets[row, column]:g} in row {row}, column {column}; a "
            "label is 1 for yes or 0 for no: give those, or the task regression."
        )


def weight_memory(values: ArrayLike, count: int) -> NDArray[np.float32]:
    """Return weights (count,) as float32, zero or more.

    Raises:
        DataError: they are none, or one is negative or not finite.
    """
    array = as_array(values, "weights")
    if array.dtype.kind not in "buif" or array.shape != (count,):
        raise DataError(
            f"weights are {array.dtype} of shape {array.shape}; give one number for "
            f"each of the {count} rows."
        )
    with np.errstate(over="ignore"):
        weights = array.astype(np.float32)
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        raise DataError(
            f"weights hold {array[wrong][0]} for row {wrong.argmax()}; give finite "
            "numbers, zero or more: 2 counts a row twice, 0 leaves it out."
        )
    return weights


def check_memory(inputs: NDArray[Any], targets: NDArray[Any], schema: Schema) -> None:
    """Make sure that inputs and targets fit each other and `schema`.

    Raises:
        DataError: a length or a shape differs.
    """
    if len(inputs) != len(targets):
        raise DataError(
            f"there are {len(inputs)} rows of inputs and {len(targets)} of targets; "
            "give one target for each row."
        )
    if inputs.shape[1:] != schema.input_shape:
        raise DataError(
            f"rows have the shape {inputs.shape[1:]}, the schema says "
            f"{schema.input_shape}; give rows of that shape."
        )
    if schema.task != "classification" and targets.shape[1] != schema.outputs:
        raise DataError(
            f"targets have {targets.shape[1]} columns, the schema says "
            f"{schema.outputs}; give as many."
        )


def _finite(
    array: NDArray[Any], name: str, kind: type[np.floating[Any]] = np.float32
) -> NDArray[Any]:
    with np.errstate(over="ignore"):
        numbers = np.ascontiguousarray(array, kind)
        # Smallest and largest carry any NaN or infinity, and need no array beside.
        ends = np.array([numbers.min(), numbers.max()] if numbers.size else [0])
        is_finite = np.isfinite(ends.astype(np.float32)).all()
    if not is_finite:
        with np.errstate(over="ignore"):
            strange = ~np.isfinite(numbers.astype(np.float32))
        row, *place = np.argwhere(strange)[0].tolist()
        value = array[(row, *place)]
        where = place[0] if len(place) == 1 else tuple(place)
        raise DataError(
            f"{name} hold {value} in row {row}, column {where}; give finite numbers "
            "of at most 3.4e38: fill what is missing, or leave that row out."
        )
    return numbers


def row_numbers(given: ArrayLike, count: int, name: str) -> NDArray[np.uint32]:
    """Return `given` as row numbers below `count`.

    Raises:
        DataError: one is no integer, or outside.
    """
    numbers = as_array(given, name)
    if numbers.size == 0:
        numbers = numbers.astype(np.uint32)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise DataError(
            f"{name} are {numbers.dtype} of shape {numbers.shape}; give a list of row "
            "numbers, for a mask np.flatnonzero(mask)."
        )
    outside = (numbers < 0) | (numbers >= count)
    if outside.any():
        raise DataError(
            f"{name} hold {numbers[outside][0]}, there are {count} rows; give numbers "
            f"from 0 to {count - 1}."
        )
    return read_only(numbers.astype(np.uint32))


def as_slice(rows: NDArray[np.uint32]) -> slice | NDArray[np.uint32]:
    """Return row numbers as a slice, if they lie in one run.

    >>> as_slice(np.array([3, 4, 5], np.uint32))
    slice(3, 6, None)
    """
    if not len(rows):
        return rows
    first, last = int(rows[0]), int(rows[-1])
    if last - first != len(rows) - 1 or not (np.diff(rows) == 1).all():
        return rows
    return slice(first, last + 1)
