"""report: Run, Scores → text to read; activations, sweeps → pictures

Pure functions of what happened; each returns something that Rich can print, or a
Figure or an Animation. What needs the diagnosis or a training is imported when it is
first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from ranvier.report.confusion import confusion_table
from ranvier.report.each import each
from ranvier.report.facts import Facts
from ranvier.report.pixels import Picture

if TYPE_CHECKING:
    from ranvier.report.findings import checked, diagnosed, in_short, treated
    from ranvier.report.mistakes import drawn_mistakes, listed_mistakes
    from ranvier.report.page import report_page, write_report
    from ranvier.report.pictures import (
        loss_surface,
        plot_boundary,
        plot_fits,
        plot_race,
        plot_surface,
    )
    from ranvier.report.plots import plot_activations, plot_sweep

_PICTURES = ("loss_surface", "plot_boundary", "plot_fits", "plot_race", "plot_surface")
_HOME = {
    **dict.fromkeys(_PICTURES, "pictures"),
    **dict.fromkeys(("checked", "diagnosed", "in_short", "treated"), "findings"),
    **dict.fromkeys(("drawn_mistakes", "listed_mistakes"), "mistakes"),
    **dict.fromkeys(("plot_activations", "plot_sweep"), "plots"),
    **dict.fromkeys(("report_page", "write_report"), "page"),
}

__all__ = [
    "Facts",
    "Picture",
    "checked",
    "confusion_table",
    "diagnosed",
    "drawn_mistakes",
    "each",
    "in_short",
    "listed_mistakes",
    "loss_surface",
    "plot_activations",
    "plot_boundary",
    "plot_fits",
    "plot_race",
    "plot_surface",
    "plot_sweep",
    "report_page",
    "treated",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
