"""chart: curves over a grid → the marks of a figure."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ranvier.figure import FAINT, INK, Area, Line, Point, Words

Mark = Area | Line | Words

GRID, SHADE = "#e6e9ef", "#eef1f6"
BLUE, ORANGE = "#3b6fd4", "#d9622b"
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 52, 40  # from a panel's edges to its plot
_TICKS = 5  # a grid has about so many lines each way
_CLOSE = 1e-9  # so near the end of an axis, a tick is on it


class Curve(NamedTuple):
    """Name a line through points; places where y is not finite leave a gap."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str
    width: float = 2.0


class Axis(NamedTuple):
    """Say what runs along a side, from where to where.

    A logarithmic one has powers of ten as `low` and `high`.
    """

    label: str
    low: float
    high: float
    is_logarithmic: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis `value` lies, from 0 to 1."""
        if self.is_logarithmic:
            value = math.log10(value) if value > 0 else self.low
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Return round values along the axis, each with what is written at it."""
        if self.is_logarithmic:
            powers = range(math.ceil(self.low), math.floor(self.high) + 1)
            return [(10.0**power, f"{10.0**power:g}") for power in powers]
        step = _round_step((self.high - self.low) / _TICKS)
        first = math.ceil(self.low / step - _CLOSE)
        last = math.floor(self.high / step + _CLOSE)
        return [(n * step, f"{n * step:.10g}") for n in range(first, last + 1)]


class Panel(NamedTuple):
    """Describe one plot: what it shows, and where in the figure it stands.

    shaded: pairs of x between which the ground is darker.
    """

    title: str
    subtitle: str
    x: Axis
    y: Axis
    curves: Sequence[Curve]
    shaded: Sequence[tuple[float, float]]
    corner: Point
    size: tuple[float, float]

    def place(self, x: float, y: float) -> Point:
        """Return where in the figure a point of the plot lies."""
        width, height = self._sides()
        left, top = self.corner[0] + _LEFT, self.corner[1] + _TOP
        return left + self.x.share(x) * width, top + (1 - self.y.share(y)) * height

    def marks(self) -> Iterator[Mark]:
        """Yield the ground, the grid with its numbers, the words and the curves."""
        yield from self._ground()
        yield from self._grid()
        yield from self._words()
        for curve in self.curves:
            pieces = _inside(curve, self.y)
            for piece in pieces:
                points = [self.place(x, y) for x, y in piece]
                yield Line(points, curve.colour, curve.width, curve.name)

    def _sides(self) -> tuple[float, float]:
        width, height = self.size
        return width - _LEFT - _RIGHT, height - _TOP - _BOTTOM

    def _ground(self) -> Iterator[Mark]:
        _, height = self._sides()
        for start, end in self.shaded:
            left, right = (self.place(x, 0)[0] for x in (start, end))
            top = self.corner[1] + _TOP
            yield Area((left, top), (right - left, height), SHADE)

    def _grid(self) -> Iterator[Mark]:
        (left, right), (low, high) = self._reach()
        for value, text in self.x.ticks():
            x, _ = self.place(value, 0)
            yield Line([(x, low), (x, high)], FAINT if value == 0 else GRID)
            yield Words(text, (x, low + 16), "middle", FAINT, 11)
        for value, text in self.y.ticks():
            y = self.corner[1] + _TOP + (1 - self.y.share(value)) * self._sides()[1]
            yield Line([(left, y), (right, y)], FAINT if value == 0 else GRID)
            yield Words(text, (left - 7, y + 4), "end", FAINT, 11)

    def _words(self) -> Iterator[Mark]:
        (left, right), (low, high) = self._reach()
        yield Words(self.title, (left, high - 26), "start", INK, 14, True)
        yield Words(self.subtitle, (left, high - 9), "start", FAINT, 11)
        yield Words(self.x.label, (right, low + 31), "end", FAINT, 12)
        if self.y.label:
            yield Words(self.y.label, (right, high - 26), "end", FAINT, 12)

    def _reach(self) -> tuple[Point, Point]:
        """Return the plot's left and right, and its bottom and top."""
        (left, top), (width, height) = self.corner, self._sides()
        return (left + _LEFT, left + _LEFT + width), (top + _TOP + height, top + _TOP)


def legend(curves: Sequence[Curve], shade: str, at: Point) -> Iterator[Mark]:
    """Yield a sample of each curve and of the shade, with their names, in one row."""
    x, y = at
    for curve in curves:
        yield Line([(x, y - 4), (x + 22, y - 4)], curve.colour, 3)
        yield Words(curve.name, (x + 30, y))
        x += 58 + 7 * len(curve.name)
    if shade:
        yield Area((x, y - 12), (22, 14), SHADE)
        yield Words(shade, (x + 30, y))


def rounded_axis(label: str, values: Sequence[float]) -> Axis:
    """Return an axis that holds all finite `values` and a little more."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite), max(finite)
    spare = 0.06 * ((high - low) or 1.0)
    return Axis(label, low - spare, high + spare)


def _inside(curve: Curve, y: Axis) -> Iterator[list[Point]]:
    """Yield the pieces of a curve whose points lie within the axis."""
    piece: list[Point] = []
    for point in zip(curve.x, curve.y, strict=True):
        if math.isfinite(point[1]) and 0 <= y.share(point[1]) <= 1:
            piece.append(point)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _round_step(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten, the least that is not below `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= step * (1 - _CLOSE))
