"""fits: three networks that learn noisy points of a curve → three fits side by side."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ranvier.chart import BLUE, ORANGE, Axis, Panel
from ranvier.data import Dataset, Parts, from_arrays
from ranvier.errors import DescriptionError, shown
from ranvier.figure import FAINT, INK, Area, Dots, Figure, Line, Mark, Words
from ranvier.model import Model
from ranvier.network import Dense, Network
from ranvier.recipe import LBFGS, Penalty, Recipe
from ranvier.report.pictures.bounds import check_number
from ranvier.report.pictures.cutting import within
from ranvier.report.pictures.surfaces import Numbers
from ranvier.training import train

ROWS, NOISE = 24, 0.25
"""Points that are learnt, and by how much they lie off the curve, if none is said."""

_VALIDATION, _SHOWN = 200, 50  # points, and how many of them do not hide the curve
_WIDTH, _HEIGHT, _HEAD = 330, 330, 44
_BARS, _LONGEST = 84, 132  # below the panels, and the longest bar there
_CURVE, _OTHERS = "#98a2b3", "#f0b48f"  # the curve itself, and points of validation


class Fit(NamedTuple):
    """Say what is trained: hidden nodes, epochs, L2; and what comes of it."""

    name: str
    taught: str
    hidden: tuple[int, ...]
    epochs: int
    l2: float = 0.0

    @property
    def network(self) -> Network:
        """The network: hidden layers of tanh, and one number."""
        return Network((*(Dense(units, "tanh") for units in self.hidden), Dense(1)))


FITS = (
    Fit("underfit", "no hidden layer: a line that cannot bend", (), 50),
    Fit("good fit", "16 nodes, kept small by L2: the curve", (16,), 200, 1e-3),
    Fit("overfit", "40 + 40 nodes, 500 epochs: the noise too", (40, 40), 500),
)


class Fitted(NamedTuple):
    """Hold what a network says over x, and its mean squared errors."""

    fit: Fit
    x: Numbers
    y: Numbers
    loss: float
    val_loss: float


def plot_fits(*, rows: int = ROWS, noise: float = NOISE, seed: int = 0) -> Figure:
    """Train three networks on the same noisy points: too small, right, too large.

    rows: how many points are learnt, from 8 to 500.
    noise: the standard deviation of the points from the curve, from 0 to 2; its
        square is the least loss that new points allow.
    seed: of points and weights.

    Raises:
        DescriptionError: a number is out of range.
    """
    check_number("rows", rows, 8, 500, f"{ROWS} are usual")
    check_number("seed", seed, 0, 2**63 - 1, "the same seed gives the same picture")
    if not isinstance(noise, (int, float)) or not 0 <= noise <= 2:
        raise DescriptionError(
            f"noise={shown(noise)}: expected a number from 0 to 2; {NOISE} is usual."
        )
    parts = Parts(
        points_of_curve(rows, noise, [seed, 0]),
        points_of_curve(_VALIDATION, noise, [seed, 1]),
        None,
    )
    fits = [fitted(one, parts, seed) for one in FITS]
    marks = list(_legend())
    worst = max(0.01, noise**2, *(max(one.loss, one.val_loss) for one in fits))
    for number, one in enumerate(fits):
        marks += _drawn(number, one, parts)
        marks += _losses(number, one, noise, worst)
    told = "; ".join(
        f"{one.fit.name}, {one.fit.taught}, training loss {one.loss:.3g}, validation "
        f"loss {one.val_loss:.3g}"
        for one in fits
    )
    described = f"Three networks, trained on the same {rows} points of a curve: {told}."
    size = (3 * _WIDTH, _HEAD + _HEIGHT + _BARS)
    return Figure(size, "underfit, good fit, overfit", described, marks)


def curve(x: Any) -> Any:
    """Return the curve that the points lie around, over x from -1 to 1."""
    return np.sin(2 * np.pi * x) * (0.7 + 0.3 * x) + 0.5 * x


def points_of_curve(rows: int, noise: float, seed: list[int]) -> Dataset:
    """Return points around the curve, one in each of equal stretches of x."""
    random = np.random.default_rng(seed)
    x = (np.arange(rows) + random.uniform(0, 1, rows)) * (2 / rows) - 1
    y = curve(x) + random.normal(0, noise, rows)
    return from_arrays(x[:, None], y, name="curve")


def fitted(fit: Fit, parts: Parts, seed: int) -> Fitted:
    """Train a network on the training points, and judge it on both parts."""
    recipe = Recipe(
        optimizer=LBFGS(memory=20),
        epochs=fit.epochs,
        penalty=Penalty(l2=fit.l2),
        validation=0,
        test=0,
        stopping=None,
        seed=seed,
    )
    # without points for validation: the best epoch is the one that learnt most
    learnt = Parts(parts.train, None, None)
    run = train(fit.network, learnt, recipe, folder=None, threads=1)
    model = Model.from_run(run, threads=1)
    x = np.linspace(-1, 1, 201)
    assert parts.validation is not None
    return Fitted(
        fit,
        x,
        model.predict(x[:, None]).astype(np.float64),
        model.evaluate(parts.train).loss,
        model.evaluate(parts.validation).loss,
    )


def _drawn(number: int, one: Fitted, parts: Parts) -> Iterator[Mark]:
    """Yield a panel: points, curve and fit."""
    corner, size = (number * _WIDTH, _HEAD), (_WIDTH, _HEIGHT)
    axes = Axis("x", -1, 1), Axis("y", -2, 2)
    panel = Panel(one.fit.name, one.fit.taught, *axes, [], [], corner, size)
    yield from panel.marks()
    assert parts.validation is not None
    some = parts.validation.take(np.linspace(0, _VALIDATION - 1, _SHOWN).astype(int))
    yield _dots(panel, some, _OTHERS, 5)
    yield from _line(panel, one.x, curve(one.x), _CURVE, "curve")
    yield _dots(panel, parts.train, INK, 7)
    yield from _line(panel, one.x, one.y, BLUE, one.fit.name)


def _dots(panel: Panel, part: Dataset, colour: str, size: float) -> Mark:
    pairs = zip(part.inputs[:, 0].tolist(), part.targets[:, 0].tolist(), strict=True)
    places = [panel.place(x, y) for x, y in pairs if 0 <= panel.y.share(y) <= 1]
    return Dots(places, colour, size)


def _line(
    panel: Panel, x: Numbers, y: Numbers, colour: str, name: str
) -> Iterator[Mark]:
    points = [panel.place(*one) for one in zip(x.tolist(), y.tolist(), strict=True)]
    for piece in within(points, panel):
        yield Line(piece, colour, 2.5, name)


def _losses(number: int, one: Fitted, noise: float, worst: float) -> Iterator[Mark]:
    """Yield both losses as bars up to the worst, and what the noise alone costs."""
    left, top = number * _WIDTH + 46, _HEAD + _HEIGHT + 10
    least = _LONGEST * noise**2 / worst
    for row, (name, loss, colour) in enumerate(
        (("training loss", one.loss, INK), ("validation loss", one.val_loss, ORANGE))
    ):
        y = top + 24 * row
        length = _LONGEST * loss / worst
        yield Words(name, (left, y + 11), "start", FAINT, 12)
        yield Area((left + 96, y + 1), (max(length, 1), 13), colour)
        at = (left + 102 + max(length, least), y + 12)
        yield Words(f"{loss:.3f}", at, "start", INK, 12, True)
    x = left + 96 + least
    yield Line([(x, top - 4), (x, top + 58)], FAINT, 1.5)
    yield Words(f"noise alone: {noise**2:.3g}", (x + 5, top + 58), "start", FAINT, 11)


def _legend() -> Iterator[Mark]:
    x, y = 46, 28
    for name, colour, is_line in (
        ("network", BLUE, True),
        ("the curve itself", _CURVE, True),
        ("training points", INK, False),
        ("validation points", _OTHERS, False),
    ):
        if is_line:
            yield Line([(x, y - 4), (x + 22, y - 4)], colour, 3)
        else:
            yield Dots([(x + 11, y - 4)], colour, 8)
        yield Words(name, (x + 30, y))
        x += 62 + 7 * len(name)
