"""charts: a panel → a card with the chart, its legend and its values to be read."""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.chart import Axis, Curve, Panel
from ranvier.figure import FAINT, Figure, Line, Mark
from ranvier.report.page.markup import Html, drawing, tag

SMALL, WIDE = (340, 250), (400, 290)
"""Sizes of a panel: one of many, and one of few."""

CORNER = (0.0, -8.0)  # no legend stands above the panel
_MOST_BINS = 41
_MOST_WORDS = 8  # curves whose values are told: more are too many to read


def card(panel: Panel, described: str, *, more: Sequence[Mark] = ()) -> Html:
    """Return a card with `panel`; a pointer or the arrow keys read its values.

    described: what the chart shows, for who listens.
    more: marks that stand above the panel's own.
    """
    _, (low, high) = panel.reach()
    cursor = f'<line class="cursor" y1="{low:g}" y2="{high:g}" visibility="hidden"/>'
    label = f"{panel.title}: {described}"
    return tag(
        "figure",
        drawing(_figure(panel, more).svg(), label, cursor),
        tag("figcaption", _legend(panel), tag("output", class_="readout")),
        class_="chart",
        tabindex=0,
        aria_label=f"{panel.title}; the arrow keys read its values",
        data_points=json.dumps(_points(panel), separators=(",", ":")),
    )


def plain_card(panel: Panel, described: str, *, more: Sequence[Mark] = ()) -> Html:
    """Return a card whose values are not read one by one."""
    label = f"{panel.title}: {described}"
    return tag("figure", drawing(_figure(panel, more).svg(), label), class_="chart")


def resized(panel: Panel, size: tuple[int, int]) -> Panel:
    """Return a panel as it stands in a card."""
    return panel._replace(corner=CORNER, size=size)


def diagonal(panel: Panel) -> Line:
    """Return a line through the places where both axes have the same value."""
    ends = (max(panel.x.low, panel.y.low), min(panel.x.high, panel.y.high))
    return Line([panel.place(end, end) for end in ends], FAINT, 1.0)


def histogram(name: str, values: NDArray[Any], colour: str) -> Curve:
    """Return how many of the values (N,) lie in each of some bins, as an outline.

    Rice's rule says how many bins there are.
    """
    bins = round(min(_MOST_BINS, 2 * len(values) ** (1 / 3)))
    counts, edges = np.histogram(values.astype(np.float64), bins)
    return stairs(name, counts, edges, colour)


def stairs(
    name: str, counts: NDArray[np.integer[Any]], edges: NDArray[Any], colour: str
) -> Curve:
    """Return the outline of a histogram: counts (B,) between edges (B + 1,)."""
    x = np.repeat(edges, 2)[1:-1].tolist()
    return Curve(name, x, np.repeat(counts, 2).tolist(), colour)


def count_axis(*curves: Curve) -> Axis:
    """Return an axis for the counts of histograms."""
    most = max(max(curve.y) for curve in curves)
    return Axis("", 0.0, 1.05 * most, is_whole=True)


def grid(*cards: Html | None) -> Html:
    """Return cards side by side, as many as there is room for."""
    return tag("div", *cards, class_="grid")


def _figure(panel: Panel, more: Sequence[Mark]) -> Figure:
    width, height = panel.size
    size = (round(width), round(height + panel.corner[1]))
    return Figure(size, panel.title, "", [*panel.marks(), *more])


def _legend(panel: Panel) -> Html | None:
    """Return the names of the curves beside their colours, where there are several."""
    if len(panel.curves) < 2:
        return None
    entries = (tag("li", _swatch(curve.colour), curve.name) for curve in panel.curves)
    return tag("ul", *entries, class_="legend")


def _swatch(colour: str) -> Html:
    return Html(
        '<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">'
        f'<rect width="12" height="12" rx="3" fill="{colour}"/></svg>'
    )


def _points(panel: Panel) -> list[tuple[float, str]]:
    """Return each place on the axis below, with the values of the curves there."""
    curves = panel.curves[:_MOST_WORDS]
    values = [dict(zip(curve.x, curve.y, strict=True)) for curve in curves]
    said = []
    for x in sorted({x for known in values for x in known}):
        words = ", ".join(
            f"{curve.name} {known[x]:.4g}".strip()
            for curve, known in zip(curves, values, strict=True)
            if math.isfinite(known.get(x, math.nan))
        )
        said.append((round(panel.place(x, 0)[0], 1), f"{panel.x.label} {x:g}: {words}"))
    return said
