"""boundary: a network of two inputs while it learns → a picture that moves."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ranvier.animation import Animation, Shown
from ranvier.chart import ORANGE, PALETTE, Axis, Panel, rounded_axis
from ranvier.data import Dataset, Parts
from ranvier.figure import FAINT, INK, PAPER, Dots, Line, Mark, Raster, Words
from ranvier.network import Dense, Network
from ranvier.recipe import Adam, Design, Recipe
from ranvier.report.pictures.bounds import check_number
from ranvier.report.pictures.course import Course, follow
from ranvier.report.pictures.cutting import within
from ranvier.report.pictures.plane import (
    chances,
    check_plane,
    input_names,
    margins,
    spots,
    tinted,
)
from ranvier.report.pictures.points import points
from ranvier.report.pictures.relief import middles, over
from ranvier.training.probe import some

FRAMES = 40
_MAP, _SIDE = (520, 520), (330, 300)
_GRID = 61  # places each way that the network is asked about
_MOST_POINTS = 400  # of each part that are drawn
_CLASS, _LABEL = 15, 24  # letters of a class, and of an axis, that there is room for
_SECONDS = 7.0  # from the first frame to the last
_OTHER = "#8a6f00"  # the loss of validation: no colour of the first classes


def suited_to_points(classes: int, *, seed: int = 0) -> Design:
    """Return the network and the recipe that learn most points of two inputs.

    >>> suited_to_points(2).network.output.units
    2
    """
    network = Network((Dense(16, "tanh"), Dense(16, "tanh"), Dense(classes, "softmax")))
    recipe = Recipe(
        optimizer=Adam(0.02),
        schedule="cosine",
        epochs=100,
        batch_size=16,
        validation=0.25,
        test=0,
        stopping=None,
        seed=seed,
    )
    return Design(network, recipe)


def plot_boundary(
    data: str | Dataset | Parts = "moons",
    network: Network | None = None,
    recipe: Recipe | None = None,
    *,
    frames: int = FRAMES,
    engine: str = "auto",
    threads: int | None = None,
) -> Animation:
    """Train a network of two inputs, and draw where it sees which class as it learns.

    data: moons, circles, spiral, xor or clouds; or classes of your own, over two
        numbers.
    network, recipe: two layers of 16 nodes and 100 epochs of Adam, if left out.
    frames: of the animation, from 2 to 200; the first epochs have more of them.

    Raises:
        DataError: there are more or fewer inputs than two, or no classes.
        DescriptionError: there is no such data set, or what is given does not fit.
    """
    check_number("frames", frames, 2, 200, f"{FRAMES} are usual")
    rows = points(data) if isinstance(data, str) else data
    train = rows.train if isinstance(rows, Parts) else rows
    check_plane(train)
    ours = suited_to_points(train.schema.outputs)
    recipe = ours.recipe if recipe is None else recipe
    course = follow(
        ours.network if network is None else network,
        rows,
        recipe,
        chosen_epochs(recipe.epochs, frames),
        engine=engine,
        threads=threads,
    )
    return _Boundary.of(course).animation()


def chosen_epochs(epochs: int, frames: int) -> list[int]:
    """Return the epochs that are drawn: closer together at first, from 0 to the last.

    >>> chosen_epochs(100, 8)
    [0, 1, 2, 5, 10, 22, 46, 100]
    """
    if epochs < frames:
        return list(range(epochs + 1))
    # fewer epochs than frames lie close at the start: more are asked for until enough
    for many in range(frames, 4 * frames):
        spread = np.geomspace(epochs, 1, many - 1)
        found = sorted({0, *np.rint(spread).astype(int).tolist()})
        if len(found) >= frames:
            break
    return found


class _Boundary(NamedTuple):
    """Hold what is drawn: the course, and the plots that show it."""

    course: Course
    map: Panel
    side: Panel
    epochs: Sequence[int]

    @classmethod
    def of(cls, course: Course) -> "_Boundary":
        train = course.parts.train
        places = spots(train)
        places = places[np.isfinite(places).all(axis=1)]
        x, y = (
            rounded_axis(_short(name, _LABEL), places[:, i].tolist())
            for i, name in enumerate(input_names(train))
        )
        history = course.run.history
        losses = [one.loss for one in history]
        losses += [one.val_loss for one in history if one.val_loss is not None]
        last = max(len(history), 1)
        taught = "the ground is what the network says, the dots are what is so"
        return cls(
            course,
            Panel(train.schema.name, taught, x, y, [], [], (0, 0), _MAP),
            Panel(
                "",
                "",
                Axis("epoch", 0, last, is_whole=True),
                rounded_axis("loss", [0.0, *losses]),
                [],
                [],
                (_MAP[0], 124 + 20 * math.ceil(len(train.schema.classes) / 2)),
                _SIDE,
            ),
            sorted(course.weights),
        )

    def animation(self) -> Animation:
        count = len(self.epochs)
        shown = []
        for number, epoch in enumerate(self.epochs):
            # the one before stays below, so that nothing shines through between them
            until = None if number >= count - 2 else number + 2
            shown.append(Shown(list(self._seen(epoch)), number, until))
        shown.append(Shown(list(self._dots())))
        for number, epoch in enumerate(self.epochs):
            if number:
                since = self.epochs[number - 1]
                shown.append(Shown(list(self._learnt(since, epoch)), number))
            until = None if number == count - 1 else number + 1
            shown.append(Shown(list(self._told(epoch)), number, until))
        return Animation(
            (_MAP[0] + _SIDE[0], _MAP[1]),
            f"learning {self.course.run.schema.name}",
            self._described(),
            list(self._ground()),
            shown,
            count,
            _SECONDS / count,
        )

    def _described(self) -> str:
        run = self.course.run
        classes = ", ".join(run.schema.classes)
        last = run.history[-1] if run.history else None
        end = f"; {self.course.broken}" if self.course.broken else ""
        told = f", loss {last.loss:.3g}" if last else ""
        return (
            f"Where a network of two inputs sees which class ({classes}) of "
            f"{run.schema.name}, while it learns {len(run.history)} epochs{told}{end}."
        )

    def _ground(self) -> Iterator[Mark]:
        """Yield both plots, and what the signs in them mean."""
        yield from self.map.marks()
        yield from self.side.marks()
        for number, name in enumerate(self.course.run.schema.classes):
            left, top = _MAP[0] + 46.0 + 142 * (number % 2), 126 + 20 * (number // 2)
            yield from _spot((left + 5, top - 4), PALETTE[number])
            yield Words(_short(name, _CLASS), (left + 15, top))
        left, low = _MAP[0] + 46.0, self.side.reach()[1][0]
        for name, colour in self._curves():
            yield Line([(left, low + 42), (left + 18, low + 42)], colour, 3)
            yield Words(name, (left + 24, low + 46), "start", FAINT, 12)
            left += 50 + 6.5 * len(name)

    def _curves(self) -> list[tuple[str, str]]:
        names = [("training", INK)]
        if self.course.parts.validation is not None:
            names.append(("validation (rings)", _OTHER))
        return names

    def _seen(self, epoch: int) -> Iterator[Mark]:
        """Yield the ground that the network gives to each class, and the borders."""
        x, y = (
            np.linspace(axis.low, axis.high, _GRID) for axis in (self.map.x, self.map.y)
        )
        probable = chances(self.course.model(epoch), x, y)
        each = [middles(probable[..., c]) for c in range(probable.shape[-1])]
        (left, right), (low, high) = self.map.reach()
        shades = tinted(np.stack(each, axis=-1))
        yield Raster((left, high), (right - left, low - high), shades)
        for margin in margins(probable):
            for line in over(self.map, margin, 0.0):
                yield Line(line, INK, 1.6, "border")

    def _dots(self) -> Iterator[Mark]:
        """Yield the rows that are learnt as discs, those of validation as rings."""
        train, validation, _ = self.course.parts
        for part, is_ring in ((train, False), (validation, True)):
            if part is None:
                continue
            chosen = some(np.arange(len(part), dtype=np.uint32), _MOST_POINTS)
            places, targets = spots(part)[chosen], part.targets[chosen]
            for number in range(len(train.schema.classes)):
                own = places[targets == number].tolist()
                held = [
                    self.map.place(*at)
                    for at in own
                    if 0 <= self.map.x.share(at[0]) <= 1
                    and 0 <= self.map.y.share(at[1]) <= 1
                ]
                yield Dots(held, PAPER, 9)
                yield Dots(held, PALETTE[number], 7)
                if is_ring:
                    yield Dots(held, PAPER, 3)

    def _learnt(self, since: int, epoch: int) -> Iterator[Mark]:
        """Yield how the losses went from one epoch to another."""
        history = self.course.run.history[max(since, 1) - 1 : epoch]
        lines = [("training", INK, [(one.epoch, one.loss) for one in history])]
        judged = [(one.epoch, one.val_loss) for one in history]
        lines.append(
            ("validation", _OTHER, [(n, v) for n, v in judged if v is not None])
        )
        for name, colour, pairs in lines:
            points = [self.side.place(*pair) for pair in pairs]
            for piece in within(points, self.side):
                yield Line(piece, colour, 2, name)

    def _told(self, epoch: int) -> Iterator[Mark]:
        """Yield which epoch it is, and how well the network does."""
        left, history = _MAP[0] + 46, self.course.run.history
        said = f"epoch {epoch} of {len(history)}" if epoch else "before learning"
        yield Words(said, (left, 44), "start", INK, 16, True)
        if epoch:
            now = history[epoch - 1]
            yield Words(_figures("training", now.loss, now.accuracy), (left, 68))
            if now.val_loss is not None:
                words = _figures("validation", now.val_loss, now.val_accuracy)
                yield Words(words, (left, 88))
        if self.course.broken and epoch == self.epochs[-1]:
            yield Words("diverged after this epoch", (left, 106), "start", ORANGE, 13)


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _figures(part: str, loss: float, accuracy: float | None) -> str:
    right = "" if accuracy is None else f", {100 * accuracy:.0f} % right"
    return f"{part}: loss {loss:.3f}{right}"


def _spot(at: tuple[float, float], colour: str) -> Iterator[Mark]:
    yield Dots([at], PAPER, 12)
    yield Dots([at], colour, 9)
