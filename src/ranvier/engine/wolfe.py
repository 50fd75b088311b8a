"""wolfe: how far to go along a direction, so that the strong Wolfe conditions hold.

Nocedal and Wright 2006, algorithms 3.5 and 3.6. The next trial is the lowest point of
a cubic through the last two (equation 3.59), kept off the ends as PyTorch keeps it.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Point(NamedTuple):
    """Stand on a line: how far along it, and what the function and its slope are."""

    step: float
    value: float
    slope: float
    place: Vector
    gradient: Vector


Line = Callable[[float], Point]

FALL = 1e-4  # c1: of what the slope at the start promises, the least that is gained
FLAT = 0.9  # c2: of the slope at the start, the most that is left
TRIALS = 25
NARROW = 1e-9  # a move by less than this, of every number, is none


def search(line: Line, start: Point, first: float, reach: float) -> Point:
    """Return a point of the line that is low enough and flat enough.

    start: the point at step 0, from which the line goes down. first: the step that is
    tried first. reach: by how much a step of 1 moves the number that moves most.
    Where no such point is found in 25 trials, it is the lowest seen; `start` at worst.

    >>> def line(step):
    ...     return Point(step, (step - 3) ** 2, 2 * (step - 3), *2 * (np.zeros(0),))
    >>> search(line, line(0.0), 1.0, 1.0).step
    1.0
    >>> search(line, line(0.0), 8.0, 1.0).step
    3.0
    """
    before, here = start, line(first)
    for trial in range(TRIALS):
        if _is_high(here, start) or (trial and here.value >= before.value):
            return _zoom(line, start, (before, here), TRIALS - trial, reach)
        if _is_flat(here, start):
            return here
        if here.slope >= 0:
            return _zoom(line, start, (here, before), TRIALS - trial, reach)
        least = here.step + 0.01 * (here.step - before.step)
        step = lowest(before, here, least, 10 * here.step)
        before, here = here, line(step)
    return before if _is_high(here, before) else here


def lowest(a: Point, b: Point, least: float, most: float) -> float:
    """Return where a cubic through two points is lowest, from `least` to `most`.

    Where it has no such point, that is the middle of the two bounds.
    """
    tilt = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step)
    square = tilt * tilt - a.slope * b.slope
    root = math.copysign(math.sqrt(square), b.step - a.step) if square >= 0 else 0.0
    below = b.slope - a.slope + 2 * root
    if not (square >= 0 and math.isfinite(below) and below != 0):
        return (least + most) / 2
    step = b.step - (b.step - a.step) * (b.slope + root - tilt) / below
    return min(max(step, least), most)


def _zoom(
    line: Line, start: Point, ends: tuple[Point, Point], trials: int, reach: float
) -> Point:
    """Narrow an interval that holds such a point; the first of its ends is lower."""
    (low, high), was_near = ends, False
    for _ in range(trials):
        left, right = sorted((low.step, high.step))
        if (right - left) * reach < NARROW:
            break
        step = lowest(low, high, left, right)
        step, was_near = _off_the_ends(step, left, right, was_near)
        here = line(step)
        if _is_high(here, start) or here.value >= low.value:
            high = here
            continue
        if _is_flat(here, start):
            return here
        if here.slope * (high.step - low.step) >= 0:
            high = low
        low = here
    return low


def _off_the_ends(
    step: float, left: float, right: float, was_near: bool
) -> tuple[float, bool]:
    """Move a step that is near an end, the second time in turn, a tenth inwards."""
    margin = 0.1 * (right - left)
    if min(right - step, step - left) >= margin:
        return step, False
    if not was_near and left < step < right:
        return step, True
    inwards = right - margin if right - step < step - left else left + margin
    return inwards, False


def _is_high(here: Point, start: Point) -> bool:
    """Tell whether too little is gained; what is no number is too high."""
    return not here.value <= start.value + FALL * here.step * start.slope


def _is_flat(here: Point, start: Point) -> bool:
    return abs(here.slope) <= -FLAT * start.slope
