"""lbfgs: one step down a function of many numbers, by the curvature of the last ones.

Liu and Nocedal 1989; Nocedal and Wright 2006, algorithms 7.4 and 7.5.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ranvier.engine.wolfe import Point, Vector, search

Objective = Callable[[Vector], tuple[float, Vector]]
"""The value of a function at (n,) numbers, and its gradient (n,)."""

quiet = np.errstate(all="ignore")  # what is not finite counts as too high


class Pair(NamedTuple):
    """Say how one step moved the numbers, and how it turned the gradient."""

    move: Vector
    turn: Vector

    @property
    def curvature(self) -> float:
        """The product of the two; a step that has one above zero teaches something."""
        return float(self.move @ self.turn)


@quiet
def descend(
    objective: Objective,
    here: Point,
    pairs: list[Pair],
    rate: float = 1.0,
    dtype: type[np.floating] = np.float64,
) -> Point:
    """Return the point after one step from `here`, which is `here` at the bottom.

    pairs: those of the last steps, the newest last; `remembered` adds this one's.
    rate: the length that the line search tries first. Where nothing is known of the
    curvature yet, the first trial moves all numbers together by `rate` at most.
    dtype: what every place is rounded to, as that of the weights that are tried.

    >>> def bowl(x):
    ...     return float(x @ x), 2 * x
    >>> start = at(bowl, np.array([3.0, 4.0]))
    >>> descend(bowl, start, [], rate=7.0).place.tolist()
    [0.0, 0.0]
    """
    direction = downhill(pairs, here.gradient)
    start = here._replace(step=0.0, slope=float(here.gradient @ direction))
    if not start.slope < 0:
        return start
    first = rate if pairs else rate * min(1.0, 1.0 / float(np.abs(here.gradient).sum()))

    def line(step: float) -> Point:
        place = (here.place + step * direction).astype(dtype).astype(np.float64)
        point = at(objective, place)
        return point._replace(step=step, slope=float(point.gradient @ direction))

    return search(line, start, first, float(np.abs(direction).max()))


def at(objective: Objective, place: Vector) -> Point:
    """Return what the function is at `place`, on no line yet."""
    value, gradient = objective(place)
    return Point(0.0, value, 0.0, place, gradient)


def remembered(
    pairs: list[Pair],
    start: Point,
    end: Point,
    most: int,
    dtype: type[np.floating] = np.float64,
) -> list[Pair]:
    """Return the newest `most` pairs, with that of a step if it has curvature.

    dtype: what it is rounded to, as that in which it is saved.
    """
    changes = (end.place - start.place, end.gradient - start.gradient)
    pair = Pair(*(one.astype(dtype).astype(np.float64) for one in changes))
    return [*pairs, pair][-most:] if pair.curvature > 0 else pairs


def downhill(pairs: list[Pair], gradient: Vector) -> Vector:
    """Return minus the gradient, times the inverse curvature that `pairs` have shown.

    The two loops of algorithm 7.4; without pairs it is minus the gradient.
    """
    way, shares = -gradient, []
    for pair in reversed(pairs):
        shares.append(float(pair.move @ way) / pair.curvature)
        way = way - shares[-1] * pair.turn
    if pairs:
        way = way * (pairs[-1].curvature / float(pairs[-1].turn @ pairs[-1].turn))
    for pair, share in zip(pairs, reversed(shares), strict=True):
        way = way + pair.move * (share - float(pair.turn @ way) / pair.curvature)
    return way
