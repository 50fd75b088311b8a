"""mistakes: the answers that were surest and yet wrong, drawn or listed."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from ranvier.report.pixels import Picture
from ranvier.training.metrics import Mistake

_GAP = 2  # between two pictures


class Wall(NamedTuple):
    """Show cards side by side, as many in a row as there is room for."""

    cards: Sequence[RenderableType]

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        widths = (Measurement.get(console, options, card) for card in self.cards)
        width = max(one.maximum for one in widths) + _GAP
        count = max(1, (options.max_width + _GAP) // width)
        for start in range(0, len(self.cards), count):
            if start:
                yield ""
            row = Table.grid(padding=(0, _GAP, 0, 0))
            for _ in range(count):
                row.add_column(width=width - _GAP)
            row.add_row(*self.cards[start : start + count])
            yield row


def drawn_mistakes(
    mistakes: Sequence[Mistake], images: NDArray[Any], classes: Sequence[str]
) -> RenderableType:
    """Return the mistakes side by side, each with its picture.

    images: (N, H, W) or (N, H, W, C) bytes, one for each mistake.
    """
    shown = _trimmed(images)
    cards = [
        Group(_caption(mistake, classes), Picture(image))
        for mistake, image in zip(mistakes, shown, strict=True)
    ]
    return Wall(cards)


def listed_mistakes(
    mistakes: Sequence[Mistake], classes: Sequence[str]
) -> RenderableType:
    """Return the mistakes as a table, for rows that are no pictures."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for head, side in (("row", "right"), ("said", "left"), ("sure", "right")):
        table.add_column(head, justify=side)  # type: ignore[arg-type]
    table.add_column("is")
    for mistake in mistakes:
        table.add_row(
            f"{mistake.row:,}",
            Text(classes[mistake.answer], "red"),
            f"{mistake.confidence:.2f}",
            Text(classes[mistake.truth], "green"),
        )
    return table


def _caption(mistake: Mistake, classes: Sequence[str]) -> Text:
    return Text.assemble(
        "said ",
        (classes[mistake.answer], "bold red"),
        (f" ({mistake.confidence:.2f})", "dim"),
        ", is ",
        (classes[mistake.truth], "bold green"),
    )


def _trimmed(images: NDArray[Any]) -> NDArray[Any]:
    """Return the images without the rows and columns that are empty in all of them."""
    inked = images.any(axis=tuple(axis for axis in range(images.ndim) if axis != 1))
    across = images.any(axis=tuple(axis for axis in range(images.ndim) if axis != 2))
    if not inked.any():
        return images
    rows, columns = np.flatnonzero(inked), np.flatnonzero(across)
    return images[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
