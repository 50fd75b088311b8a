"""each: the figures of several targets → a table, a line for each."""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

MOST = 50
"""As many targets are shown."""


def each(figures: Mapping[str, Mapping[str, float]]) -> Table:
    """Return a table of the figures of each target by its name, at most 50 of them."""
    names = list(dict.fromkeys(name for held in figures.values() for name in held))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("target", overflow="fold")
    for name in names:
        table.add_column(name.replace("_", " "), justify="right", no_wrap=True)
    for target, held in list(figures.items())[:MOST]:
        cells = (f"{held[name]:.4g}" if name in held else "" for name in names)
        table.add_row(Text(target, "bold"), *cells)
    if len(figures) > MOST:
        table.add_row(f"{len(figures) - MOST:,} more")
    return table
