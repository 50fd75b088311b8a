"""report: Run, Scores → text to read; activations, sweeps → pictures

Pure functions of what happened; each returns something that Rich can print, or a
Figure.
"""

from ranvier.report.confusion import confusion_table
from ranvier.report.each import each
from ranvier.report.facts import Facts
from ranvier.report.findings import checked, diagnosed, in_short
from ranvier.report.learning import design, learning, percent
from ranvier.report.mistakes import drawn_mistakes, listed_mistakes
from ranvier.report.page import report_page, write_report
from ranvier.report.pixels import Picture
from ranvier.report.plots import plot_activations, plot_sweep

__all__ = [
    "Facts",
    "Picture",
    "checked",
    "confusion_table",
    "design",
    "diagnosed",
    "drawn_mistakes",
    "each",
    "in_short",
    "learning",
    "listed_mistakes",
    "percent",
    "plot_activations",
    "plot_sweep",
    "report_page",
    "write_report",
]
