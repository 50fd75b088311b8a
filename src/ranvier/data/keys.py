"""keys: what a column says of each row → numbers that compare as its values do."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data.memory import as_array
from ranvier.errors import DataError

Numbers = NDArray[np.integer[Any]]


def one_each(values: ArrayLike, count: int, name: str) -> NDArray[Any]:
    """Return `values` as an array (count,) of any type.

    Raises:
        DataError: there is not one value for each row.
    """
    array = as_array(values, name)
    if array.shape != (count,):
        raise DataError(
            f"{name} has the shape {array.shape}; give one value for each of the "
            f"{count} rows."
        )
    return array


def group_numbers(
    values: NDArray[Any], name: str, numbers: Numbers
) -> NDArray[np.intp]:
    """Return the number of each row's group (N,), counted from 0 in sorted order.

    numbers: what the rows are called in errors.

    Raises:
        DataError: a row has none, or the values are of kinds that do not compare.
    """
    _check_present(values, name, numbers)
    try:
        groups: NDArray[np.intp] = np.unique(values, return_inverse=True)[1]
    except TypeError:
        raise DataError(
            f"{name} holds values of several kinds ({values.dtype}); make all of them "
            "texts, or all of them numbers."
        ) from None
    return groups


def times(values: NDArray[Any], name: str, numbers: Numbers) -> NDArray[Any]:
    """Return when each row was (N,), as numbers or datetime64 that sort.

    numbers: what the rows are called in errors.

    Raises:
        DataError: a row has no time, or texts are no dates as ISO 8601 writes them.
    """
    _check_present(values, name, numbers)
    if values.dtype.kind in "biufmM":
        return values
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a time zone is turned into UTC
            read = values.astype("datetime64[us]")
    except (TypeError, ValueError):
        raise DataError(
            f"{name} holds {values[0]!r}, which is no time that sorts; give numbers, "
            'dates, or texts such as "2024-05-31" or "2024-05-31T18:30:00".'
        ) from None
    _check_present(read, name, numbers)
    return read


def _check_present(values: NDArray[Any], name: str, numbers: Numbers) -> None:
    missing = np.zeros(len(values), bool)
    if values.dtype.kind == "f":
        missing = np.isnan(values)
    elif values.dtype.kind in "mM":
        missing = np.isnat(values)
    elif values.dtype.kind == "O":
        missing = np.array([one is None or one != one for one in values], bool)  # noqa: PLR0124
    if missing.any():
        raise DataError(
            f"{name} is missing in row {numbers[missing.argmax()]:,}; fill it, or "
            "leave that row out."
        )
