"""cutting: a line that leaves the plot → its pieces within.

Liang and Barsky 1984: how far along a segment the four edges are crossed.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ranvier.chart import Panel
from ranvier.figure import Point


def within(points: Sequence[Point], panel: Panel) -> Iterator[list[Point]]:
    """Yield the pieces of a line that lie in a panel's plot.

    points: in the figure; those that are not finite leave a gap.
    """
    (left, right), (low, high) = panel.reach()
    piece: list[Point] = []
    for start, end in pairwise(points):
        seen = _seen(start, end, (left, right), (high, low))
        if seen is None:
            continue
        first, last = (_along(start, end, share) for share in seen)
        if piece and piece[-1] != first:
            yield piece
            piece = []
        piece = [*(piece or [first]), last]
    if piece:
        yield piece


def _seen(
    start: Point, end: Point, x: tuple[float, float], y: tuple[float, float]
) -> tuple[float, float] | None:
    """Return from which share of a segment to which it is within; None if nowhere."""
    if not all(map(math.isfinite, (*start, *end))):
        return None
    first, last = 0.0, 1.0
    for begin, finish, (low, high) in zip(start, end, (x, y), strict=True):
        way = finish - begin
        if way == 0:
            if not low <= begin <= high:
                return None
            continue
        enter, leave = sorted(((low - begin) / way, (high - begin) / way))
        first, last = max(first, enter), min(last, leave)
    return (first, last) if first <= last else None


def _along(start: Point, end: Point, share: float) -> Point:
    if share in (0.0, 1.0):
        return end if share else start
    (x, y), (to_x, to_y) = start, end
    return x + share * (to_x - x), y + share * (to_y - y)
