"""differences: the gradient of a function, from its values alone."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EPSILON = float(np.finfo(np.float64).eps)
STEP = EPSILON ** (1 / 3)
"""Balances the two errors below."""


def central_differences(function: Callable[[], float], array: Array) -> Array:
    """Return d function() / d array, moving each entry of `array` in place and back.

    The error is the rounding of the values, EPSILON |f| / STEP, and the curve that is
    left out, STEP² |f'''| / 6: both about EPSILON^(2/3) times the magnitude of f.
    """
    gradient = np.empty_like(array)
    for place in np.ndindex(array.shape):
        middle = array[place]
        array[place] = middle + STEP
        above = function()
        array[place] = middle - STEP
        below = function()
        array[place] = middle
        gradient[place] = (above - below) / (2 * STEP)
    return gradient


def difference_tolerance(value: float) -> float:
    """Return the error of central differences of functions near `value`.

    Ten: third derivatives of the deepest function tested are below sixty.
    """
    return 10 * EPSILON ** (2 / 3) * max(1.0, abs(value))
