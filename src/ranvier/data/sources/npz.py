"""npz: NumPy's own files of several arrays."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data.dataset import Dataset
from ranvier.data.sources.arrays import Origin, joined, name_from, packed
from ranvier.errors import DataError, FileError

_PAIRS = (
    ("x_train", "y_train"),
    ("X", "y"),
    ("inputs", "targets"),
    ("images", "labels"),
)
_TEST = ("x_test", "y_test")


def load_npz(path: Path) -> Dataset:
    """Load an .npz file of inputs and targets; nothing in it is run.

    Raises:
        FileError: the file is damaged, no .npz, or holds pickled objects.
        DataError: the arrays are not called so, or cannot be data.
    """
    arrays = _read(path)
    inputs, targets = _pair(arrays)
    test = [arrays[name] for name in _TEST if name in arrays]
    if len(test) == 1:
        raise DataError(
            "there is only one of x_test and y_test; give both, or neither."
        )
    count = 0
    if test:
        arrays.clear()
        inputs, targets, count = joined((inputs, targets), (test[0], test[1]))
    return packed(inputs, targets, Origin(name_from(path), str(path.resolve()), count))


def _read(path: Path) -> dict[str, NDArray[Any]]:
    wanted = {name for pair in (*_PAIRS, _TEST) for name in pair}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files if name in wanted}
    except Exception as error:  # NumPy raises errors of many kinds for damaged files
        raise FileError(
            f"{path} cannot be read as .npz ({error}); expected arrays of numbers or "
            "texts as numpy.savez writes them."
        ) from None


def _pair(
    arrays: dict[str, NDArray[Any]],
) -> tuple[NDArray[Any], NDArray[Any]]:
    for inputs, targets in _PAIRS:
        if inputs in arrays and targets in arrays:
            return arrays.pop(inputs), arrays.pop(targets)
    expected = "; ".join(" and ".join(pair) for pair in _PAIRS)
    raise DataError(
        "there are no inputs with targets (of the known names there are: "
        f"{', '.join(sorted(arrays)) or 'none'}); expected one of: {expected}."
    )
