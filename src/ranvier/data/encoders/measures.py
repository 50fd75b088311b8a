"""measures: what is known of a column of numbers, without overflow at any size.

Numbers come sorted, so that the order of the rows changes no bit.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars

Numbers = NDArray[np.float64]

_LARGEST = float(np.finfo(np.float64).max)
FARTHEST = 1e6
"""How many deviations off a number may be; what lies farther off counts as that."""


def numbers_of(values: "polars.Series") -> Numbers:
    """Return a copy of the numbers of a column, (N,); a missing cell is NaN."""
    return np.array(values.cast(float).to_numpy())


def known(values: "polars.Series") -> Numbers:
    """Return the numbers of a column that are not missing, sorted."""
    numbers = numbers_of(values)
    return np.sort(numbers[~np.isnan(numbers)])


def quantiles(ordered: Numbers, shares: Numbers) -> Numbers:
    """Return the number below which each share of the sorted numbers lies.

    Between two numbers it is interpolated, as by np.quantile. Of no numbers it is 0.
    """
    if not len(ordered):
        return np.zeros(len(shares))
    place = shares * (len(ordered) - 1)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, len(ordered) - 1)
    part, start, end = place - below, ordered[below], ordered[above]
    between = start * (1 - part) + end * part
    return np.where(start == end, start, np.clip(between, start, end))


def median(ordered: Numbers) -> float:
    """Return the number in the middle; of no numbers, 0."""
    return float(quantiles(ordered, np.array([0.5]))[0])


def moments(ordered: Numbers) -> tuple[float, float]:
    """Return mean and standard deviation; of no numbers, 0 and 0.

    The deviation of numbers that are all the same is exactly 0.
    """
    if not len(ordered):
        return 0.0, 0.0
    power = int(np.frexp(max(-ordered[0], ordered[-1], 0.0))[1])
    small = np.ldexp(ordered, -power)
    middle = small[len(small) // 2]
    mean = middle + (small - middle).mean()
    deviation = np.sqrt(((small - mean) ** 2).mean())
    return float(np.ldexp(mean, power)), float(np.ldexp(deviation, power))


def robust_scale(ordered: Numbers) -> float:
    """Return the range of the middle half; where it is 0, half the whole range."""
    if not len(ordered):
        return 0.0
    low, high = quantiles(ordered, np.array([0.25, 0.75])).tolist()
    with np.errstate(over="ignore"):
        scale = high - low or (ordered[-1] - ordered[0]) / 2
    return float(min(scale, _LARGEST))


def scaled(numbers: Numbers, centre: float, scale: float) -> Numbers:
    """Return (numbers - centre) / scale, at most FARTHEST from 0.

    A scale of 0, of numbers that never change, makes all of them 0.
    """
    if not scale:
        return np.zeros(len(numbers))
    with np.errstate(over="ignore"):
        far = np.clip(numbers - centre, -_LARGEST, _LARGEST) / scale
    return np.clip(far, -FARTHEST, FARTHEST)


def smoothly_clipped(numbers: Numbers) -> Numbers:
    """Return numbers between -3 and 3, those near 0 hardly changed: x/√(1+(x/3)²).

    Holzmüller, Grinsztajn and Steinwart 2024 (RealMLP), section 3.1.
    """
    clipped: Numbers = numbers / np.sqrt(1 + (numbers / 3) ** 2)
    return clipped


def places(numbers: Numbers, edges: Numbers) -> tuple[NDArray[np.intp], Numbers]:
    """Return which interval each number is in, and how far through it.

    edges: (T + 1,) ascending, T at least 1. The first interval and the last go on
        outside the edges, where the number runs below 0 or above 1.
    """
    which = np.searchsorted(edges[1:-1], numbers, side="right")
    start, end = edges[which], edges[which + 1]
    with np.errstate(over="ignore"):
        far = np.clip(numbers - start, -_LARGEST, _LARGEST)
        through: Any = far / np.minimum(end - start, _LARGEST)
    return which, through
