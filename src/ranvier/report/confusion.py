"""confusion: which class was taken for which, and how often."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

MOST_PAIRS = 10
"""As many pairs of classes are listed where the whole table is too wide."""

Counts = NDArray[np.integer[Any]]


class Fitting(NamedTuple):
    """Show `wide` where there is room for it, else `narrow`."""

    wide: RenderableType
    narrow: RenderableType

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        room = options.update(max_width=10_000)
        needed = Measurement.get(console, room, self.wide).maximum
        yield self.wide if needed <= options.max_width else self.narrow


def confusion_table(confusion: Counts, classes: Sequence[str]) -> RenderableType:
    """Return the table of `confusion` (C, C): the truth down, the answer across.

    Where it is too wide, the pairs that are most often taken for each other.
    """
    return Fitting(_whole(confusion, classes), _pairs(confusion, classes))


def _whole(confusion: Counts, classes: Sequence[str]) -> Table:
    table = _table()
    table.add_column("is ↓ said →", style="bold", no_wrap=True)
    width = len(str(confusion.max(initial=0)))
    for name in classes:
        table.add_column(Text(name), justify="right", no_wrap=True, min_width=width)
    table.add_column("right", justify="right", no_wrap=True)
    largest = _wrong(confusion).max(initial=0)
    for truth, counts in enumerate(confusion):
        cells = (
            _cell(int(count), truth == answer, int(largest))
            for answer, count in enumerate(counts)
        )
        table.add_row(Text(classes[truth]), *cells, _share_right(counts, truth))
    return table


def _pairs(confusion: Counts, classes: Sequence[str]) -> RenderableType:
    wrong = _wrong(confusion)
    often = np.argsort(-wrong, axis=None, kind="stable")[:MOST_PAIRS]
    table = _table()
    for head in ("is", "said"):
        table.add_column(head, overflow="fold")
    table.add_column("times", justify="right")
    for truth, answer in zip(*np.unravel_index(often, wrong.shape), strict=True):
        if count := wrong[truth, answer]:
            table.add_row(Text(classes[truth]), Text(classes[answer]), f"{count:,}")
    return table if table.row_count else Text("no class was taken for another")


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")


def _wrong(confusion: Counts) -> Counts:
    return confusion * ~np.eye(len(confusion), dtype=bool)


def _cell(count: int, right: bool, largest: int) -> Text:
    if right:
        return Text(str(count), "green")
    if count == 0:
        return Text("·", "dim")
    return Text(str(count), "bold red" if 4 * count > 3 * largest else "yellow")


def _share_right(counts: Counts, truth: int) -> Text:
    total = counts.sum()
    return Text(f"{counts[truth] / total:.1%}".replace("%", " %") if total else "")
