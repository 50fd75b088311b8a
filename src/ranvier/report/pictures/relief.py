"""relief: heights over the plane → a map of them, with shades and labelled contours."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.chart import Panel
from ranvier.figure import FAINT, Line, Mark, Point, Raster, Words
from ranvier.report.pictures.contours import contours
from ranvier.report.pictures.surfaces import Numbers

DEEP, HIGH = (190, 211, 240), (252, 251, 247)  # shades of the lowest and the highest
_SHADES = 32
_CONTOUR = "#8a99b5"
_MOST = 9  # contours
_CUT = 0.97  # of the places: what lies higher has the highest shade
_SHORT, _APART = 70, 46  # pixels: contours with a label, and labels
_STRAIGHT = 0.08  # pixels that a line may be off
_STEEP = 0.011  # of all shades, a pixel: contours lie too close for a label


class Scale(NamedTuple):
    """Say how heights become shades: evenly, or by their logarithms."""

    low: float
    high: float
    is_logarithmic: bool

    @classmethod
    def of(cls, heights: Numbers) -> "Scale":
        """Return the scale that shows most of the heights."""
        low, high = np.quantile(heights, [0.01, _CUT])
        is_logarithmic = bool(low > 0 and high > 30 * low)
        return cls(float(low), float(high), is_logarithmic)

    def shares(self, heights: Numbers) -> Numbers:
        """Return how far from low to high the heights lie, from 0 to 1."""
        low, high = self.low, self.high
        held = np.clip(heights, low, high)
        if self.is_logarithmic:
            held, low, high = np.log(held), math.log(low), math.log(high)
        shares: Numbers = (held - low) / ((high - low) or 1.0)
        return shares

    def levels(self) -> list[float]:
        """Return round heights for contours, at most nine."""
        if not self.is_logarithmic:
            return _even(self.low, self.high)
        powers = range(
            math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        )
        for factors in ((1, 2, 5), (1, 3), (1,)):
            levels = [float(f"{n}e{power}") for power in powers for n in factors]
            levels = [level for level in levels if self.low < level < self.high]
            if len(levels) <= _MOST:
                break
        return levels


def relief(panel: Panel, heights: Numbers) -> Iterator[Mark]:
    """Yield the marks of a map over a panel's plot.

    heights: (H, W) at places evenly spread from end to end, the rows from the least y
        to the largest.
    """
    scale = Scale.of(heights)
    shades = scale.shares(middles(heights))
    (left, right), (low, high) = panel.reach()
    yield Raster((left, high), (right - left, low - high), mixed(DEEP, HIGH, shades))
    places = _Places.on(panel, scale.shares(heights))
    for level in scale.levels():
        lines = [np.array(line) for line in over(panel, heights, level)]
        yield from _labelled(lines, f"{level:g}", places)


def over(panel: Panel, heights: Numbers, level: float) -> Iterator[list[Point]]:
    """Yield the contours of a level, where they lie in the figure.

    heights: (H, W) as for `relief`.
    """
    (left, right), (low, high) = panel.reach()
    rows, columns = heights.shape
    step = (right - left) / (columns - 1), (high - low) / (rows - 1)
    for line in contours(heights, level):
        yield _simpler(_points(line * step + (left, low)))


def mixed(
    low: Sequence[int], high: Sequence[int], shares: Numbers
) -> NDArray[np.uint8]:
    """Return shades (H, W, 3) between two, from the top row down.

    shares: (H, W) from 0 to 1, the rows from below.
    """
    steps = np.rint(shares[::-1, :, None] * _SHADES) / _SHADES
    shades: NDArray[np.uint8] = np.rint(
        np.array(low) + steps * (np.array(high) - np.array(low))
    ).astype(np.uint8)
    return shades


def middles(heights: Numbers) -> Numbers:
    """Return the mean of the corners of each square of a grid."""
    rows = (heights[1:] + heights[:-1]) / 2
    means: Numbers = (rows[:, 1:] + rows[:, :-1]) / 2
    return means


class _Places(NamedTuple):
    """Find where labels can stand: apart, off the edges, where contours lie apart.

    slopes: (H, W) by how much the shades change there, of all that they can, a pixel.
    """

    panel: Panel
    slopes: Numbers
    taken: list[Point]

    @classmethod
    def on(cls, panel: Panel, shares: Numbers) -> "_Places":
        (left, right), (low, high) = panel.reach()
        rows, columns = shares.shape
        down, across = np.gradient(
            shares, (low - high) / (rows - 1), (right - left) / (columns - 1)
        )
        return cls(panel, np.hypot(down, across), [])

    def free(self, line: Numbers) -> Point | None:
        """Return the best place on a line for a label, and take it."""
        if _length(line) < _SHORT:
            return None
        best = min(map(tuple, line.tolist()), key=self._cost)
        if not self._cost(best) < _STEEP:
            return None
        self.taken.append(best)
        return best

    def _cost(self, at: Point) -> float:
        (left, right), (low, high) = self.panel.reach()
        x, y = at
        is_inside = left + 20 < x < right - 20 and high + 14 < y < low - 14
        if not is_inside or any(math.dist(at, one) < _APART for one in self.taken):
            return math.inf
        rows, columns = self.slopes.shape
        row = round((low - y) / (low - high) * (rows - 1))
        column = round((x - left) / (right - left) * (columns - 1))
        return float(self.slopes[row, column])


def _labelled(lines: list[Numbers], text: str, places: _Places) -> Iterator[Mark]:
    """Yield the contours of a level, the longest with its height written into it."""
    longest = max(lines, key=_length, default=None)
    for line in lines:
        at = places.free(line) if line is longest else None
        if at is None:
            yield Line(_points(line), _CONTOUR, 1.2)
            continue
        is_off = np.hypot(*(line - at).T) > 4 + 3.2 * len(text)
        cuts = np.flatnonzero(np.diff(is_off)) + 1
        for piece, off in zip(
            np.split(line, cuts), np.split(is_off, cuts), strict=True
        ):
            if off[0] and len(piece) > 1:
                yield Line(_points(piece), _CONTOUR, 1.2)
        yield Words(text, (at[0], at[1] + 3.5), "middle", FAINT, 10)


def _simpler(line: list[Point]) -> list[Point]:
    """Return a line without the points that lie between others as good as straight."""
    kept = line[:1]
    for here, after in pairwise(line[1:]):
        (x, y), (a, b), (c, d) = kept[-1], here, after
        off = abs((c - x) * (b - y) - (d - y) * (a - x))
        if off > _STRAIGHT * math.hypot(c - x, d - y) or math.dist(kept[-1], here) > 9:
            kept.append(here)
    return [*kept, line[-1]]


def _length(line: Numbers) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _points(line: Numbers) -> list[Point]:
    return [(float(x), float(y)) for x, y in line]


def _even(low: float, high: float) -> list[float]:
    """Return multiples of a round number between two numbers."""
    power = 10.0 ** math.floor(math.log10((high - low) or 1.0) - 1)
    steps = (power * n for n in (1, 2, 5, 10, 20, 50, 100))
    step = next(one for one in steps if (high - low) / one <= _MOST)
    first = math.floor(low / step) + 1
    last = math.ceil(high / step) - 1
    return [n * step for n in range(first, last + 1)]
