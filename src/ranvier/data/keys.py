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
        DataError: a row has no time, or texts are no dates of one format.
    """
    _check_present(values, name, numbers)
    if values.dtype.kind in "biufmM":
        return values
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a time zone is turned into UTC
            read = values.astype("datetime64[us]")
    except (TypeError, ValueError):
        read = _dates(values, name)
    _check_present(read, name, numbers)
    return read


def _dates(values: NDArray[Any], name: str) -> NDArray[Any]:
    """Return texts that are dates in one format, found as that of a table's column."""
    import polars

    from ranvier.data.table.dates import find_format, read_dates

    texts = polars.Series(values.astype(str))
    found = find_format(texts, share=1.0)
    if found is None or found.other is not None:
        fault = "has month and day in an open order" if found else "is no time"
        raise DataError(
            f"{name} holds {texts[0]!r}, which {fault}; give numbers, dates, or texts "
            'of one format, such as "2024-05-31 18:30" or "31.05.2024".'
        )
    return read_dates(texts, found.format).to_numpy()


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
