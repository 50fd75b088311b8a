"""landscape: the loss around a trained network, along two directions."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RectBivariateSpline

from ranvier.chart import ORANGE, Panel
from ranvier.data import Dataset
from ranvier.engine.choose import choose, thread_count
from ranvier.engine.contract import Arrays, Decode, Program, Samples
from ranvier.engine.reference.array import quiet
from ranvier.errors import DataError, DescriptionError, shown
from ranvier.figure import PAPER, Dots, Figure, Words
from ranvier.model import Model
from ranvier.model.file import Contents
from ranvier.model.scores import answered, samples_of
from ranvier.model.together import Together
from ranvier.report.pictures.bounds import check_number
from ranvier.report.pictures.relief import relief
from ranvier.report.pictures.surfaces import Numbers, Surface
from ranvier.training import Run
from ranvier.training.probe import some

POINTS, ROWS = 31, 1000
"""Losses each way, and rows that they are the mean of, if nothing else is said."""

_SIZE = (540, 560)
_GRID = 141  # heights each way that are drawn, between those that were computed
_STEPS = 100
_START = 0.8  # of the reach: where a race begins


class Landscape(NamedTuple):
    """Hold losses (points, points) along two directions from a trained network.

    along: (points,) how far, in weights as long as the network's own; columns are
        along the first direction, rows along the second.
    trained: the loss of the network itself.
    members: of so many networks that answer together, it is the first.
    """

    name: str
    along: Numbers
    losses: Numbers
    trained: float
    rows: int
    members: int = 1

    def surface(self) -> Surface:
        """Return it as a surface for optimizers, smooth between what was computed."""
        has_powers = bool(self.losses.min() > 0)
        heights = np.log(self.losses) if has_powers else self.losses
        # rows of losses are along the second direction, y
        spline = RectBivariateSpline(self.along, self.along, heights.T)

        def value(x: Any, y: Any) -> Any:
            found = spline.ev(x, y)
            return np.exp(found) if has_powers else found

        def gradient(x: float, y: float) -> tuple[float, float]:
            scale = float(value(x, y)) if has_powers else 1.0
            return (
                scale * float(spline.ev(x, y, dx=1)),
                scale * float(spline.ev(x, y, dy=1)),
            )

        side = (float(self.along[0]), float(self.along[-1]))
        surface = Surface(
            f"loss on {self.name}",
            "around a trained network, along two random directions",
            value,
            gradient,
            side,
            side,
            (0.0, 0.0),
            (),
            _STEPS,
            ("direction 1", "direction 2"),
            "loss",
        )
        x, y, heights = surface.grid(_GRID)
        row, column = np.unravel_index(heights.argmin(), heights.shape)
        corners = [(a * side[1], b * side[1]) for a in _ENDS for b in _ENDS]
        return surface._replace(
            start=max(corners, key=lambda place: float(value(*place))),
            bottoms=((float(x[column]), float(y[row])),),
        )


_ENDS = (-_START, _START)


def loss_surface(
    model: Model | Run,
    data: Dataset,
    *,
    points: int = POINTS,
    reach: float = 1.0,
    rows: int = ROWS,
    seed: int = 0,
    threads: int | None = None,
) -> Landscape:
    """Compute the loss of a network along two random directions from its weights.

    Each direction is drawn from `seed`, and what leads into a unit or a filter is then
    made as long as the network's own weights there; biases and norms stay. So the
    picture does not depend on the scale of weights that later layers undo (Li, Xu,
    Taylor, Studer and Goldstein 2018, section 4).

    model: of several members, the first. data: of a run, those it was trained on, of
        which its training part is taken.
    points: how many losses each way, from 5 to 101; all are computed.
    reach: how far it goes each way; at 1 the directions are as long as the weights.
    rows: the loss is the mean over so many of the rows, drawn from `seed`.

    Raises:
        DataError: `data` are of another kind than those of the training.
        DescriptionError: a number is out of range.
    """
    check_number("points", points, 5, 101, f"{POINTS} are usual")
    check_number("rows", rows, 1, 10**9, f"{ROWS} are usual")
    if not 0 < reach <= 100:
        raise DescriptionError(
            f"reach={shown(reach)}: expected a number above 0, at most 100; at 1 the "
            "directions are as long as the weights."
        )
    part = model.parts(data).train if isinstance(model, Run) else data
    network = Model.unsettled(model) if isinstance(model, Run) else model
    chosen = some(np.arange(len(part), dtype=np.uint32), rows, seed)
    scene = _Scene.of(network, part.take(chosen), thread_count(threads))
    along = np.linspace(-reach, reach, points)
    losses = scene.losses(directions(network.parameters, seed), along)
    trained = scene.loss(network.parameters)
    members = len(network.members)
    return Landscape(part.schema.name, along, losses, trained, len(chosen), members)


def plot_surface(landscape: Landscape) -> Figure:
    """Draw the loss around a trained network, with contours that tell it.

    landscape: as `loss_surface` computes it.
    """
    surface = landscape.surface()
    axes = surface.axes()
    panel = Panel(surface.name, surface.taught, *axes, [], [], (0, 0), _SIZE)
    x, y = panel.place(0, 0)
    told = f"trained: {landscape.trained:.3g}"
    marks = [
        *panel.marks(),
        *relief(panel, surface.grid(_GRID)[2]),
        Dots([(x, y)], PAPER, 13),
        Dots([(x, y)], ORANGE, 10, "trained"),
        Words(told, (x + 10, y - 8), "start", ORANGE, 13, True),
    ]
    losses = landscape.losses
    described = (
        f"Contours of the mean loss over {landscape.rows} rows, along two random "
        f"directions as long as the network's weights. It is {landscape.trained:.3g} "
        f"at the trained network, in the middle, and {losses.min():.3g} to "
        f"{losses.max():.3g} in the picture.{_told_of(landscape.members)}"
    )
    return Figure(_SIZE, surface.name, described, marks)


def _told_of(members: int) -> str:
    if members == 1:
        return ""
    return f" Of {members} networks that answer together, it is the first."


def directions(
    parameters: Mapping[str, NDArray[np.float32]], seed: int
) -> tuple[dict[str, Numbers], dict[str, Numbers]]:
    """Return two random directions whose units are as long as those of the weights.

    The last axis of weights counts units or filters; what has one axis, such as
    biases, stays where it is.
    """
    random = np.random.default_rng(seed)
    return _direction(parameters, random), _direction(parameters, random)


def _direction(
    parameters: Mapping[str, NDArray[np.float32]], random: np.random.Generator
) -> dict[str, Numbers]:
    direction = {}
    for name, weights in parameters.items():
        if weights.ndim < 2:
            direction[name] = np.zeros(weights.shape)
            continue
        drawn = random.normal(size=weights.shape)
        direction[name] = drawn * (_lengths(weights) / _lengths(drawn))
    return direction


def _lengths(weights: NDArray[np.floating]) -> Numbers:
    axes = tuple(range(weights.ndim - 1))
    squares = np.square(weights, dtype=np.float64).sum(axis=axes, keepdims=True)
    lengths: Numbers = np.sqrt(squares)
    return lengths


class _Scene(NamedTuple):
    """Hold a program whose weights are moved about, and the rows it is judged on."""

    program: Program
    parameters: Arrays
    samples: Samples

    @classmethod
    def of(cls, model: Model, data: Dataset, threads: int) -> "_Scene":
        network, recipe, encoder = model.network, model.recipe, model.encoder
        program = choose().engine.program(
            network,
            recipe,
            Decode(encoder.scale, encoder.shift),
            model.parameters,
            threads,
        )
        contents = Contents(network, model.schema, recipe, encoder, model.parameters)
        together = Together([program], network, recipe)
        targets = answered(together, contents, data).targets
        given = list(samples_of(contents, data, targets))
        if len(given) > 1:
            raise DataError(
                f"{len(data)} rows of {data.schema.name} have no room at once; give "
                "fewer rows."
            )
        return cls(program, model.parameters, given[0])

    @quiet
    def losses(
        self, ways: tuple[Mapping[str, Numbers], Mapping[str, Numbers]], along: Numbers
    ) -> Numbers:
        """Return the losses (P, P) at each place; no number is the highest of all."""
        first, second = ways
        rows = [
            [
                self.loss(
                    {
                        name: (weights + x * first[name] + y * second[name]).astype(
                            np.float32
                        )
                        for name, weights in self.parameters.items()
                    }
                )
                for x in along
            ]
            for y in along
        ]
        losses = np.array(rows)
        finite = losses[np.isfinite(losses)]
        if not len(finite):
            raise DataError(
                "the loss is a finite number nowhere around the network; train it "
                "again, and see `ranvier diagnose`."
            )
        return np.where(np.isfinite(losses), losses, finite.max())

    def loss(self, parameters: Arrays) -> float:
        """Return the mean loss of the network with other weights."""
        self.program.load_parameters(parameters)
        rows = np.arange(len(self.samples.inputs), dtype=np.uint32)
        return self.program.evaluate(self.samples, rows).loss
