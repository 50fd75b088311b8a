"""chart: curves over a grid → the marks of a figure."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ranvier.figure import FAINT, INK, Area, Dots, Figure, Line, Mark, Point, Words

GRID, SHADE = "#e6e9ef", "#eef1f6"
BLUE, ORANGE = "#3b6fd4", "#d9622b"
PALETTE = (
    BLUE,
    ORANGE,
    "#16897a",
    "#a04fc9",
    "#c9405f",
    "#86801a",
    "#5f7489",
    "#b5672f",
)
"""Colours of curves, each to be told from white ground and from dark."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 52, 40  # from a panel's edges to its plot
_HEAD = 40  # above panels, for the legend
_TICKS = 5  # a grid has about so many lines each way
_CLOSE = 1e-9  # so near the end of an axis, a tick is on it
_FEW = 2  # powers of ten: on a shorter axis, 2 and 5 times a power have ticks too


class Curve(NamedTuple):
    """Name a line through points; places where y is not finite leave a gap.

    has_dots: whether each point is seen as such.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str
    width: float = 2.0
    has_dots: bool = False


class Axis(NamedTuple):
    """Say what runs along a side, from where to where.

    A logarithmic one has powers of ten as `low` and `high`. One of whole numbers has
    no ticks between them.
    """

    label: str
    low: float
    high: float
    is_logarithmic: bool = False
    is_whole: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis `value` lies, from 0 to 1."""
        if self.is_logarithmic:
            value = math.log10(value) if value > 0 else self.low
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Return round values along the axis, each with what is written at it."""
        if self.is_logarithmic:
            return [(value, f"{value:g}") for value in self._powers()]
        step = _round_step((self.high - self.low) / _TICKS)
        if self.is_whole:
            step = max(step, 1.0)
        first = math.ceil(self.low / step - _CLOSE)
        last = math.floor(self.high / step + _CLOSE)
        return [(n * step, f"{n * step:.10g}") for n in range(first, last + 1)]

    def _powers(self) -> Iterator[float]:
        """Yield the powers of ten on the axis, and of few also their 2 and 5 times."""
        factors = (1, 2, 5) if self.high - self.low < _FEW else (1,)
        for power in range(math.floor(self.low), math.floor(self.high) + 1):
            for factor in factors:
                value = float(f"{factor}e{power}")
                if -_CLOSE <= self.share(value) <= 1 + _CLOSE:
                    yield value


class Panel(NamedTuple):
    """Describe one plot: what it shows, and where in the figure it stands.

    shaded: pairs of x between which the ground is darker.
    marked: values of x at which an upright line stands, each with its words.
    """

    title: str
    subtitle: str
    x: Axis
    y: Axis
    curves: Sequence[Curve]
    shaded: Sequence[tuple[float, float]]
    corner: Point
    size: tuple[float, float]
    marked: Sequence[tuple[float, str]] = ()

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
        for x, words in self.marked:
            yield from self._upright(x, words)
        for curve in self.curves:
            for piece in _inside(curve, self.y):
                points = [self.place(x, y) for x, y in piece]
                yield Line(points, curve.colour, curve.width, curve.name)
                if curve.has_dots:
                    yield Dots(points, curve.colour, 2 * curve.width + 2)

    def reach(self) -> tuple[Point, Point]:
        """Return the plot's left and right, and its bottom and top."""
        (left, top), (width, height) = self.corner, self._sides()
        return (left + _LEFT, left + _LEFT + width), (top + _TOP + height, top + _TOP)

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
        (left, right), (low, high) = self.reach()
        for value, text in self.x.ticks():
            x, _ = self.place(value, 0)
            yield Line([(x, low), (x, high)], FAINT if value == 0 else GRID)
            yield Words(text, (x, low + 16), "middle", FAINT, 11)
        for value, text in self.y.ticks():
            y = self.corner[1] + _TOP + (1 - self.y.share(value)) * self._sides()[1]
            yield Line([(left, y), (right, y)], FAINT if value == 0 else GRID)
            yield Words(text, (left - 7, y + 4), "end", FAINT, 11)

    def _words(self) -> Iterator[Mark]:
        (left, right), (low, high) = self.reach()
        yield Words(self.title, (left, high - 26), "start", INK, 14, True)
        yield Words(self.subtitle, (left, high - 9), "start", FAINT, 11)
        yield Words(self.x.label, (right, low + 31), "end", FAINT, 12)
        if self.y.label:
            yield Words(self.y.label, (right, high - 26), "end", FAINT, 12)

    def _upright(self, value: float, words: str) -> Iterator[Mark]:
        """Yield a line at a value of x, its words on the side that has more room."""
        (left, right), (low, high) = self.reach()
        x, _ = self.place(value, 0)
        yield Line([(x, low), (x, high)], FAINT, 1.5, words)
        if x > (left + right) / 2:
            yield Words(words, (x - 6, high + 12), "end", FAINT, 11)
        else:
            yield Words(words, (x + 6, high + 12), "start", FAINT, 11)


def side_by_side(title: str, described: str, panels: Sequence[Panel]) -> Figure:
    """Return a figure of panels in one row, under the legend of the first."""
    placed, x = [], 0.0
    for panel in panels:
        placed.append(panel._replace(corner=(x, _HEAD)))
        x += panel.size[0]
    height = _HEAD + max(panel.size[1] for panel in panels)
    marks = [mark for panel in placed for mark in panel.marks()]
    marks += legend(panels[0].curves, "", (_LEFT, 28))
    return Figure((round(x), round(height)), title, described, marks)


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
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    spare = 0.06 * ((high - low) or abs(high) or 1.0)
    return Axis(label, low - spare, high + spare)


def fitting_axis(label: str, values: Sequence[float]) -> Axis:
    """Return an axis that holds `values`: a logarithmic one if they span a power of 10.

    >>> fitting_axis("loss", [0.01, 1.0]).is_logarithmic
    True
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite or min(finite) <= 0 or max(finite) < 10 * min(finite):
        return rounded_axis(label, finite)
    linear = rounded_axis(label, [math.log10(value) for value in finite])
    return linear._replace(is_logarithmic=True)


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
