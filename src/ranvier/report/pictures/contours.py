"""contours: heights on a grid → the lines along which they are equal.

Marching squares: a line crosses the sides of a square of the grid where the heights of
the side's ends lie on both sides of the level. Lorensen and Cline 1987, in the plane.
"""

from collections.abc import Iterator

import numpy as np

from ranvier.report.pictures.surfaces import Numbers

_Side = tuple[int, int, bool]  # row and column where it starts; whether it goes down

_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
_CROSSED = {
    1: ((_LEFT, _TOP),),
    2: ((_TOP, _RIGHT),),
    3: ((_LEFT, _RIGHT),),
    4: ((_RIGHT, _BOTTOM),),
    6: ((_TOP, _BOTTOM),),
    7: ((_LEFT, _BOTTOM),),
}
"""The sides that a line joins, by the corners above the level.

Corners count 1, 2, 4 and 8, clockwise from the top left. What is above and what is
below can change places.
"""
_AROUND_1_AND_4 = ((_LEFT, _TOP), (_RIGHT, _BOTTOM))
_AROUND_2_AND_8 = ((_TOP, _RIGHT), (_BOTTOM, _LEFT))


def contours(heights: Numbers, level: float) -> list[Numbers]:
    """Return the lines (K, 2) of columns and rows at which heights (H, W) are `level`.

    A line that ends where it starts is closed.

    >>> contours(np.array([[0.0, 0.0], [1.0, 1.0]]), 0.25)[0].tolist()
    [[0.0, 0.25], [1.0, 0.25]]
    """
    beside: dict[_Side, list[_Side]] = {}
    for one, other in _pieces(heights > level, heights, level):
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    ends = [side for side, others in beside.items() if len(others) == 1]
    lines = []
    for side in (*ends, *beside):
        if beside[side]:
            joined = _joined(beside, side)
            lines.append(np.array([_place(heights, level, one) for one in joined]))
    return lines


def _pieces(
    is_above: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
    heights: Numbers,
    level: float,
) -> Iterator[tuple[_Side, _Side]]:
    """Yield the two sides that each piece of a line joins."""
    corners = (
        is_above[:-1, :-1]
        + 2 * is_above[:-1, 1:]
        + 4 * is_above[1:, 1:]
        + 8 * is_above[1:, :-1]
    )
    for row, column in np.argwhere((corners > 0) & (corners < 15)).tolist():
        sides = (
            (row, column, False),
            (row, column + 1, True),
            (row + 1, column, False),
            (row, column, True),
        )
        middle = heights[row : row + 2, column : column + 2].mean() > level
        for one, other in _joins(int(corners[row, column]), bool(middle)):
            yield sides[one], sides[other]


def _joins(corners: int, is_middle_above: bool) -> tuple[tuple[int, int], ...]:
    """Return which sides are joined; where two lines cross, the middle says."""
    if corners in (5, 10):
        is_around_low = (corners == 5) == is_middle_above
        return _AROUND_2_AND_8 if is_around_low else _AROUND_1_AND_4
    return _CROSSED[min(corners, 15 - corners)]


def _joined(beside: dict[_Side, list[_Side]], start: _Side) -> list[_Side]:
    """Return the sides that a line crosses from `start` on, and forget its pieces."""
    line = [start]
    while beside[line[-1]]:
        here = line[-1]
        after = beside[here].pop()
        beside[after].remove(here)
        line.append(after)
    return line


def _place(heights: Numbers, level: float, side: _Side) -> tuple[float, float]:
    """Return column and row at which a side has the level."""
    row, column, goes_down = side
    start = heights[row, column]
    end = heights[row + 1, column] if goes_down else heights[row, column + 1]
    share = float((level - start) / (end - start))
    return (column, row + share) if goes_down else (column + share, row)
