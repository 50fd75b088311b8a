"""picture: sweeps → one figure, a panel for each, with logarithmic axes"""

import math

from benchmarks.cost.sweep import PEER, Sweep
from benchmarks.results import OURS
from ranvier.chart import BLUE, ORANGE, Axis, Curve, Panel, legend
from ranvier.figure import Figure

PANEL, HEAD = (380, 330), 40


def drawn(sweeps: list[Sweep]) -> Figure:
    """Draw the microseconds of a step over each sweep's sizes."""
    panels = [
        _panel(sweep, (number * PANEL[0], HEAD)) for number, sweep in enumerate(sweeps)
    ]
    marks = [mark for panel in panels for mark in panel.marks()]
    marks += legend(panels[0].curves, "", (46, 28))
    words = ", ".join(f"{sweep.along} ({sweep.title})" for sweep in sweeps)
    described = f"Microseconds a step, against {words}; all axes are logarithmic."
    size = (len(sweeps) * PANEL[0], HEAD + PANEL[1])
    return Figure(size, "what a step costs", described, marks)


def _panel(sweep: Sweep, corner: tuple[float, float]) -> Panel:
    sizes = [point.size for point in sweep.points]
    ours = [point.ours for point in sweep.points]
    peers = [math.nan if one.peer is None else one.peer for one in sweep.points]
    curves = [Curve(OURS, sizes, ours, BLUE), Curve(PEER, sizes, peers, ORANGE)]
    return Panel(
        sweep.along,
        sweep.title,
        _axis("", sizes),
        _axis("µs", [*ours, *peers]),
        curves,
        [],
        corner,
        PANEL,
    )


def _axis(label: str, values: list[float]) -> Axis:
    powers = [math.log10(value) for value in values if math.isfinite(value)]
    return Axis(label, math.floor(min(powers)), math.ceil(max(powers) + 0.01), True)
