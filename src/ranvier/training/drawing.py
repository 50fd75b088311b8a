"""drawing: a run as its learning curves, and as a notebook shows it."""

import html
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ranvier.chart import (
    BLUE,
    ORANGE,
    Axis,
    Curve,
    Panel,
    fitting_axis,
    rounded_axis,
    side_by_side,
)
from ranvier.figure import Figure
from ranvier.training.history import Epoch

if TYPE_CHECKING:
    from ranvier.training.run import Run

SIZE = (400, 290)
"""Of a panel, in pixels."""

_MOST_POINTS = 400  # of a curve: more of them cannot be told apart
_FEW_POINTS = 24  # of a curve: each of them is seen


def plot(run: "Run") -> Figure:
    """Return the losses of `run`, and beside them the accuracies where there are."""
    described = (
        f"What each epoch gave on training rows and on validation rows. {run.stopped}."
    )
    return side_by_side(f"{run.schema.name}: learning", described, panels(run))


def panels(run: "Run") -> list[Panel]:
    """Return the losses over the epochs, and the accuracies where there are classes."""
    shown = [_panel(run, "loss", run.recipe.loss_for(run.network).type)]
    if run.history and run.history[0].accuracy is not None:
        shown.append(_panel(run, "accuracy", "the share of right classes"))
    return shown


def over_epochs(
    title: str,
    subtitle: str,
    curves: Sequence[Curve],
    best: int = 0,
    *,
    is_share: bool = False,
) -> Panel:
    """Return curves over the numbers of epochs, with the best epoch marked, if any.

    is_share: whether the values are shares, whose axis is never logarithmic.
    """
    epochs = [number for curve in curves for number in curve.x] or [1.0]
    shown = [curve._replace(has_dots=len(curve.x) <= _FEW_POINTS) for curve in curves]
    first, last = min(epochs), max(epochs)
    spare = 0.0 if last > first else 0.5
    x = Axis("epoch", first - spare, last + spare, is_whole=True)
    values = [value for curve in curves for value in curve.y]
    y = rounded_axis("", values) if is_share else fitting_axis("", values)
    marked = [(float(best), f"best: {best}")] if first <= best <= last else []
    return Panel(title, subtitle, x, y, shown, [], (0, 0), SIZE, marked)


def thinned(history: Sequence[Epoch], best: int = 0) -> list[Epoch]:
    """Return at most some hundred epochs of a long history, the best among them."""
    step = math.ceil(len(history) / _MOST_POINTS)
    return [
        epoch
        for place, epoch in enumerate(history)
        if place % step == 0 or epoch.epoch == best or place == len(history) - 1
    ]


def as_html(run: "Run") -> str:
    """Return what a notebook shows of `run`: how it ended, and its curves."""
    last = f"{run.seconds:.1f} s for {len(run.history)} epochs, {run.engine}"
    head = (
        f"<strong>{html.escape(run.schema.name)}</strong>: {html.escape(run.stopped)}"
    )
    return f"<div><p>{head}<br>{html.escape(last)}</p>{plot(run).svg()}</div>"


def _panel(run: "Run", name: str, subtitle: str) -> Panel:
    epochs = thinned(run.history, run.best_epoch)
    curves = [
        curve
        for curve in (
            _curve("training", epochs, name, BLUE),
            _curve("validation", epochs, f"val_{name}", ORANGE),
        )
        if curve.x
    ]
    is_share = name == "accuracy"
    return over_epochs(name, subtitle, curves, run.best_epoch, is_share=is_share)


def _curve(name: str, epochs: Sequence[Epoch], figure: str, colour: str) -> Curve:
    values = [(float(epoch.epoch), getattr(epoch, figure)) for epoch in epochs]
    known = [(number, value) for number, value in values if value is not None]
    return Curve(name, [one[0] for one in known], [one[1] for one in known], colour)
