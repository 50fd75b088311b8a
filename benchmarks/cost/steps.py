"""steps: where the time of a step grows more than its work → notes"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from benchmarks.cost.sweep import Point

MOST = 1.25
"""So many times the growth of the work is a step; what is below drowns in noise."""


class Step(NamedTuple):
    """Say between which sizes the time grew so many times as much as the work."""

    below: int
    above: int
    factor: float


def steps(points: Sequence[Point], most: float = MOST) -> list[Step]:
    """Return the steps of ranvier's curve, from one size to the next.

    Where the next size costs less than this one, this one stands on a cliff: it is
    told with `below` and `above` the other way round.

    >>> steps([Point(31, 9.0, None, 31), Point(32, 5.0, None, 32)])
    [Step(below=32, above=31, factor=1.86)]
    """
    found = []
    for a, b in pairwise(points):
        growth, work = b.ours / a.ours, b.operations / a.operations
        if growth > most * work:
            found.append(Step(a.size, b.size, round(growth / work, 2)))
        elif work > 1 and growth * most < 1:
            found.append(Step(b.size, a.size, round(work / growth, 2)))
    return found
