"""plots: pictures of activations and of a sweep over learning rates."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ranvier.chart import (
    BLUE,
    ORANGE,
    Axis,
    Curve,
    Panel,
    legend,
    rounded_axis,
)
from ranvier.engine.reference.activations import computed
from ranvier.figure import Figure, Line, Words
from ranvier.network import ACTIVATIONS
from ranvier.network.layers.parameter import PRELU_START
from ranvier.training import RateSweep

Numbers = NDArray[np.float64]

REACH, POINTS = 5.0, 201  # curves run from -REACH to REACH
_STEEP = 0.05  # of its largest slope; an activation that has less is saturated
_PANEL, _ALONE = (330, 280), (470, 380)  # one of several, or the only one
_HEAD = 40  # for the legend
_SOFTMAX = 3  # nodes: one is moved, the others stay at 0


def plot_activations(*names: str) -> Figure:
    """Draw activations and their derivatives over the sums z from -5 to 5.

    names: all that are known if left out. Ground is darker where an activation is
    saturated, so that hardly any gradient passes: from the end of the plot up to a
    slope of a twentieth of the largest one. softmax is drawn for one of three nodes,
    the others at 0.

    Raises:
        DescriptionError: there is no such activation.

    >>> plot_activations("relu", "gelu").title
    'relu, gelu'
    """
    chosen = names or tuple(ACTIVATIONS)
    for name in chosen:
        ACTIVATIONS[name]
    across = 4 if len(chosen) > 6 else min(len(chosen), 3)
    width, height = _PANEL if len(chosen) > 1 else _ALONE
    panels = [
        _activation_panel(
            name,
            (i % across * width, _HEAD + i // across * height),
            (width, height),
        )
        for i, name in enumerate(chosen)
    ]
    size = (across * width, _HEAD + math.ceil(len(chosen) / across) * height)
    marks = [mark for panel in panels for mark in panel.marks()]
    marks += legend(panels[0].curves, "saturated", (46, 28))
    described = (
        "Each activation and its derivative, over sums from -5 to 5; the ground is "
        "darker where the activation is saturated."
    )
    return Figure(size, ", ".join(chosen), described, marks)


def plot_sweep(sweep: RateSweep) -> Figure:
    """Draw the smoothed losses over the rates of a sweep, and the rate suggested.

    >>> rates = np.geomspace(1e-3, 1, 50)
    >>> sweep = RateSweep(rates, 1 / (1 + rates), 0.1, "it is well below 1")
    >>> plot_sweep(sweep).title
    'learning rate 0.1'
    """
    title = f"learning rate {sweep.suggestion:g}"
    size = (640, 400)
    if not len(sweep.rates):
        return Figure(size, title, sweep.reason, [Words(sweep.reason, (46, 60))])
    curve = Curve("loss", sweep.rates.tolist(), sweep.losses.tolist(), BLUE)
    powers = np.log10(sweep.rates[[0, -1]])
    panel = Panel(
        title,
        sweep.reason,
        Axis("learning rate", float(powers[0]), float(powers[1]), True),
        _loss_axis(sweep.losses),
        [curve],
        [],
        (0, 0),
        size,
    )
    ends = [panel.place(sweep.suggestion, y) for y in (panel.y.low, panel.y.high)]
    mark = Line(ends, ORANGE, 2, "suggestion")
    beside = (ends[1][0] + 6, ends[1][1] + 14)
    label = Words(f"{sweep.suggestion:g}", beside, "start", ORANGE, 12)
    return Figure(size, title, sweep.reason, [*panel.marks(), mark, label])


def curves(name: str, sums: Numbers) -> tuple[Numbers, Numbers]:
    """Return an activation's values at `sums` (N,), and its derivatives.

    They are those of the reference engine; prelu is drawn as it starts.
    """
    activation = computed(name, {"slope": np.full(1, PRELU_START)})
    z = np.zeros((len(sums), _SOFTMAX if name == "softmax" else 1))
    z[:, 0] = sums
    grad_a = np.zeros_like(z)
    grad_a[:, 0] = 1.0
    values = activation.forward(z)
    return values[:, 0], activation.backward(grad_a, z, values)[:, 0]


def saturated(sums: Numbers, slopes: Numbers) -> list[tuple[float, float]]:
    """Return where an activation is saturated: a piece from each end, if any."""
    steep = np.flatnonzero(np.abs(slopes) >= _STEEP * np.abs(slopes).max())
    first, last = steep[0], steep[-1]
    pieces = [(sums[0], sums[first]), (sums[last], sums[-1])]
    return [(float(start), float(end)) for start, end in pieces if start < end]


def _activation_panel(
    name: str, corner: tuple[int, int], size: tuple[int, int]
) -> Panel:
    sums = np.linspace(-REACH, REACH, POINTS)
    values, slopes = curves(name, sums)
    drawn = [
        Curve("activation", sums.tolist(), values.tolist(), BLUE, 2.5),
        Curve("derivative", sums.tolist(), slopes.tolist(), ORANGE, 1.75),
    ]
    formula = ACTIVATIONS[name].formula
    return Panel(
        name,
        formula,
        Axis("z", -REACH, REACH),
        rounded_axis("", [*values, *slopes]),
        drawn,
        saturated(sums, slopes),
        corner,
        size,
    )


def _loss_axis(losses: Sequence[float] | Numbers) -> Axis:
    """Return an axis from the least loss to well above the first, not to the end."""
    least, first, most = min(losses), losses[0], max(losses)
    return rounded_axis("loss", [least, min(most, first + 0.5 * (first - least))])
