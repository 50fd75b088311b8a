"""report: Run, Scores → text to read

Pure functions of what happened; each returns something that Rich can print.
"""

from ranvier.report.confusion import confusion_table
from ranvier.report.facts import Facts
from ranvier.report.learning import design, learning, percent
from ranvier.report.mistakes import drawn_mistakes, listed_mistakes
from ranvier.report.pixels import Picture

__all__ = [
    "Facts",
    "Picture",
    "confusion_table",
    "design",
    "drawn_mistakes",
    "learning",
    "listed_mistakes",
    "percent",
]
