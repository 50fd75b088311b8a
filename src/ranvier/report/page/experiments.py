"""experiments: what a verdict was proved by, and what to train next."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ranvier.chart import BLUE, ORANGE, Axis, Curve, Panel, fitting_axis
from ranvier.diagnosis import Diagnosis, Experiment
from ranvier.recipe.files import recipe_text
from ranvier.report.page.charts import CORNER, WIDE, card, grid
from ranvier.report.page.markup import Html, joined, tag
from ranvier.report.page.section import Section, note, number, scrolled, table
from ranvier.report.page.subject import Subject

_WIDTH, _HEIGHT = 180, 14  # of the drawing of a gain
_POINTS = 40
_FEWEST, _MOST = 1 / 8, 4  # of the rows: from where to where the curve is drawn


def experiments(subject: Subject) -> Section | None:
    """Return what was tried beside the run, the most gained first; None without any."""
    found = subject.diagnosis
    if not found.experiments:
        return None
    said = (
        "Trained beside the run, each from some seeds. The gain is how much less of "
        "what there is to learn stays unlearnt on validation rows, with its interval "
        "of 95 %."
    )
    content = joined(note(said), _tried(found.experiments), _rows(found), _next(found))
    return Section("experiments", "Experiments", content)


def _tried(tried: Sequence[Experiment]) -> Html:
    first, *others = tried
    ordered = [first, *sorted(others, key=lambda one: -one.gain)]
    axis = _gains(tried)
    heads = ["changed", "gain, drawn", "gain", "validation loss", "training loss"]
    rows = (list(_row(one, axis)) for one in ordered)
    whole = [*heads, "seeds"]
    return table(whole, rows, label="experiments", numbers=len(whole) - 2)


def _row(one: Experiment, axis: Axis) -> Iterator[str]:
    yield one.variant.change
    yield _drawn(one, axis)
    yield f"{one.gain:+.1%} ± {(one.high - one.low) / 2:.1%}"
    yield number(one.loss)
    yield number(one.train_loss)
    yield str(one.seeds)


def _gains(tried: Sequence[Experiment]) -> Axis:
    """Return an axis from the lowest bound of all gains to the highest."""
    ends = [0.0, *(end for one in tried for end in (one.low, one.high))]
    low, high = min(ends), max(ends)
    spare = 0.05 * ((high - low) or 1.0)
    return Axis("", low - spare, high + spare)


def _drawn(one: Experiment, axis: Axis) -> Html:
    """Return a gain as a dot on its interval, beside an upright line at no gain."""
    low, high, gain, zero = (
        f"{_WIDTH * axis.share(value):.1f}"
        for value in (one.low, one.high, one.gain, 0.0)
    )
    middle = _HEIGHT / 2
    kind = "gained" if one.low > 0 else "lost" if one.high < 0 else "even"
    return Html(
        f'<svg class="gain {kind}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" aria-hidden="true">'
        f'<path class="zero" d="M{zero} 0V{_HEIGHT}"/>'
        f'<path d="M{low} {middle}H{high}"/>'
        f'<circle cx="{gain}" cy="{middle}" r="3.5"/></svg>'
    )


def _rows(found: Diagnosis) -> Html | None:
    """Return what more rows would bring, where that is known."""
    curve = found.learning_curve
    if curve is None:
        return None
    times = np.geomspace(_FEWEST, _MOST, _POINTS).tolist()
    rows = [curve.rows * one for one in times]
    fitted = Curve("fitted", rows, [curve.loss(one) for one in times], BLUE)
    tried = [
        (curve.rows * one.variant.share, one.loss)
        for one in found.experiments
        if one.variant.kind in ("as it is", "fewer rows")
    ]
    x, y = ([one[side] for one in sorted(tried)] for side in (0, 1))
    measured = Curve("measured", x, y, ORANGE, 1.5, has_dots=True)
    said = (
        f"twice the rows: some {number(curve.loss(2))}, four times: "
        f"{number(curve.loss(4))}"
    )
    across = Axis("training rows", math.log10(rows[0]), math.log10(rows[-1]), True)
    panel = Panel(
        "What more rows would bring",
        said,
        across,
        fitting_axis("", [*fitted.y, *y]),
        [fitted, measured],
        [],
        CORNER,
        WIDE,
        [(float(curve.rows), f"this run: {curve.rows:,}")],
    )
    return grid(card(panel, "the loss on validation rows over the training rows"))


def _next(found: Diagnosis) -> Html | None:
    """Return the recipe to train with next, where one did clearly better."""
    design = found.next_design
    if design is None:
        return None
    text = recipe_text(design.recipe, design.network)
    said = joined(
        "What to train next: ", tag("b", design.change), ". As a recipe file:"
    )
    return joined(tag("p", said), scrolled(tag("pre", text), "the next recipe"))
