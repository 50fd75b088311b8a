"""array: what the reference engine computes with, and how it is saved."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

quiet = np.errstate(all="ignore")  # what is not finite is told as a failure


@quiet
def rounded(arrays: Mapping[str, Array]) -> dict[str, NDArray[np.float32]]:
    """Return `arrays` in float32, as they are saved."""
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def widened(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Array]:
    """Return `arrays` in float64, to compute with."""
    return {name: array.astype(np.float64) for name, array in arrays.items()}
