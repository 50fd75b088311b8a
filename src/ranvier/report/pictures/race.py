"""race: optimizers that walk down one surface at once → a picture that moves."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ranvier.animation import Animation, Shown
from ranvier.chart import PALETTE, Panel
from ranvier.errors import DescriptionError
from ranvier.figure import FAINT, INK, PAPER, Dots, Line, Mark, Point, Words
from ranvier.report.pictures.bounds import check_number
from ranvier.report.pictures.cutting import within
from ranvier.report.pictures.relief import relief
from ranvier.report.pictures.surfaces import SURFACES, Surface
from ranvier.report.pictures.walking import Way, way

OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam")
FRAMES = 60
_MAP, _SIDE = (520, 500), 250  # the map, and the width of what stands beside it
_GRID = 201  # heights each way
_SECONDS = 6.0  # from the first frame to the last
_DISC, _NEAR = 15, 8  # a racer, and how near two are at the same place
_HIGHEST, _LINE = 112, 62  # where names begin, and how far they are apart


def plot_race(
    surface: str | Surface = "rosenbrock",
    optimizers: Sequence[object] = OPTIMIZERS,
    *,
    steps: int | None = None,
    frames: int = FRAMES,
) -> Animation:
    """Let optimizers race down a surface, from one start, by their own updates.

    surface: rosenbrock, beale, saddle, himmelblau or rastrigin; or one of your own, as
        `loss_surface` makes it of a trained network.
    optimizers: up to eight names, or descriptions such as `SGD(0.002)`. Those that have
        no rate, or the rate "auto", each take the one of 1, 2 and 5 times powers of ten
        with which their way lies lowest; by name, nothing decays.
    steps: how many they all take; enough to see who is fast, if left out.
    frames: of the animation, from 2 to 200.

    Raises:
        DescriptionError: there is no such surface or optimizer, or a number is out of
            range.

    >>> race = plot_race("saddle", ["sgd", "adam"], steps=20, frames=5)
    >>> race.title
    'sgd and adam on saddle'
    """
    ground = SURFACES[surface] if isinstance(surface, str) else surface
    steps = ground.steps if steps is None else steps
    check_number("steps", steps, 1, 10_000, "300 show most races")
    check_number("frames", frames, 2, 200, f"{FRAMES} are usual")
    if isinstance(optimizers, str) or not 1 <= len(optimizers) <= len(PALETTE):
        raise DescriptionError(
            f"optimizers={optimizers!r}: give a list of one to {len(PALETTE)} names or "
            "descriptions, as in ['sgd', 'adam']."
        )
    ways = [way(ground, one, steps) for one in optimizers]
    return _Race.of(ground, ways, min(frames, steps + 1)).animation()


class _Race(NamedTuple):
    """Hold what is drawn: at frame k, all have taken `taken[k]` steps."""

    surface: Surface
    panel: Panel
    ways: Sequence[Way]
    taken: Sequence[int]

    @classmethod
    def of(cls, surface: Surface, ways: Sequence[Way], frames: int) -> "_Race":
        axes = surface.axes()
        panel = Panel(surface.name, surface.taught, *axes, [], [], (0, 0), _MAP)
        steps = len(ways[0].values) - 1
        taken = np.rint(np.linspace(0, steps, frames)).astype(int).tolist()
        return cls(surface, panel, ways, taken)

    def animation(self) -> Animation:
        frames = range(len(self.taken))
        trails = [Shown(list(self._trails(number)), number) for number in frames[1:]]
        moving = [
            Shown(list(self._moving(number)), number, number + 1)
            for number in frames[:-1]
        ]
        end = Shown(list(self._moving(frames[-1])), frames[-1])
        size = (_MAP[0] + _SIDE, max(_MAP[1], round(self._low(len(self.ways)) + 20)))
        return Animation(
            size,
            f"{_listed([one.name for one in self.ways])} on {self.surface.name}",
            self._described(),
            list(self._ground()),
            [*trails, *moving, end],
            len(frames),
            _SECONDS / len(frames),
        )

    def _described(self) -> str:
        x, y = self.surface.start
        ends = "; ".join(f"{_named(one)}: {one.ending}" for one in self.ways)
        return (
            f"Contours of {self.surface.name}: {self.surface.taught}. Optimizers start "
            f"at ({x:g}, {y:g}). After {self.taken[-1]} steps, {ends}."
        )

    def _ground(self) -> Iterator[Mark]:
        """Yield the map with the start and the bottoms, and the names beside it."""
        yield from self.panel.marks()
        yield from relief(self.panel, self.surface.grid(_GRID)[2])
        for bottom in self.surface.bottoms:
            yield from _cross(self.panel.place(*bottom), INK)
        start = self.panel.place(*self.surface.start)
        yield Dots([start], INK, 9)
        yield Dots([start], PAPER, 5)
        yield from self._signs()
        for number, one in enumerate(self.ways):
            x, y = _MAP[0] + 14, self._low(number)
            yield from _disc((x, y - 5), number)
            yield Words(one.name, (x + 16, y), "start", INK, 14, True)
            yield Words(f"rate {one.rate:g}", (x + 16, y + 17), "start", FAINT, 12)

    def _signs(self) -> Iterator[Mark]:
        """Yield what the signs of start and bottom mean."""
        x, y = _MAP[0] + 14, 74
        yield Dots([(x, y - 4)], INK, 9)
        yield Dots([(x, y - 4)], PAPER, 5)
        yield Words("start", (x + 12, y), "start", FAINT, 12)
        if self.surface.bottoms:
            yield from _cross((x + 66, y - 4), INK)
            yield Words("deepest", (x + 78, y), "start", FAINT, 12)

    def _low(self, number: int) -> float:
        return _HIGHEST + number * _LINE

    def _trails(self, frame: int) -> Iterator[Mark]:
        """Yield what was walked since the frame before, and where one was lost."""
        since, now = self.taken[frame - 1], self.taken[frame]
        for number, one in enumerate(self.ways):
            end = now if one.lost is None else min(now, one.lost)
            walked = one.places[since : end + 1].tolist()
            points = [self.panel.place(*place) for place in walked]
            for piece in within(points, self.panel):
                yield Line(piece, PALETTE[number], 2.2, one.name)
            if one.lost is not None and since < one.lost <= now:
                yield from _cross(self._edge(one), PALETTE[number])

    def _edge(self, one: Way) -> Point:
        """Return the last point of a way that is in the picture."""
        assert one.lost is not None
        ends = one.places[one.lost - 1 : one.lost + 1].tolist()
        points = [self.panel.place(*place) for place in ends]
        pieces = list(within(points, self.panel))
        return pieces[-1][-1] if pieces else points[0]

    def _moving(self, frame: int) -> Iterator[Mark]:
        """Yield the racers where they stand, and what is said of each."""
        step, taken = self.taken[frame], self.taken[-1]
        words = f"step {step} of {taken}"
        yield Words(words, (_MAP[0] + 7, 44), "start", INK, 16, True)
        seen: list[Point] = []
        for number, one in enumerate(self.ways):
            if self.surface.holds(*one.places[step]):
                x, y = self.panel.place(*one.places[step].tolist())
                x = _aside((x, y), seen)
                seen.append((x, y))
                yield from _disc((x, y), number)
            at = (_MAP[0] + 30, self._low(number) + 34)
            yield Words(self._state(one, step), at, "start", INK, 12)

    def _state(self, one: Way, step: int) -> str:
        is_over = one.lost is not None and step >= one.lost
        if is_over or step == self.taken[-1]:
            return one.ending
        if one.arrived is not None and step >= one.arrived:
            return one.ending
        if not self.surface.holds(*one.places[step]):
            return "out of the picture"
        return f"{one.height} {one.values[step]:.3g}"


def _aside(point: Point, seen: Sequence[Point]) -> float:
    """Return x, moved to the right of racers that stand there already."""
    x, y = point
    while any(abs(x - a) < _NEAR and abs(y - b) < _NEAR for a, b in seen):
        x += _DISC - 1
    return x


def _disc(at: Point, number: int) -> Iterator[Mark]:
    """Yield a racer: a disc with its number, which is told apart without colours."""
    x, y = at
    yield Dots([at], PAPER, _DISC + 3)
    yield Dots([at], PALETTE[number], _DISC)
    yield Words(str(number + 1), (x, y + 4), "middle", PAPER, 11, True)


def _cross(at: Point, colour: str) -> Iterator[Mark]:
    x, y = at
    yield Line([(x - 5, y - 5), (x + 5, y + 5)], colour, 2.5)
    yield Line([(x - 5, y + 5), (x + 5, y - 5)], colour, 2.5)


def _named(one: Way) -> str:
    return f"{one.name} at rate {one.rate:g}"


def _listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them.

    >>> _listed(["sgd", "adam"])
    'sgd and adam'
    """
    *others, last = dict.fromkeys(names)
    return f"{', '.join(others)} and {last}" if others else last
