"""facts: names and what is to be said of them, in two columns."""

from collections.abc import Iterator, Mapping

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text


class Facts:
    """Show names with their values, wrapped in a terminal, a line each elsewhere."""

    def __init__(self, facts: Mapping[str, str | Text]) -> None:
        self.facts = {name: _text(value) for name, value in facts.items()}

    def __or__(self, others: "Facts") -> "Facts":
        return Facts(self.facts | others.facts)

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        if options.is_terminal:
            yield self._table()
        else:
            yield from self._lines()

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in self.facts.items():
            table.add_row(name, value)
        return table

    def _lines(self) -> Iterator[Text]:
        width = max(map(cell_len, self.facts), default=0) + 2
        for name, value in self.facts.items():
            gap = " " * (width - cell_len(name))
            yield Text.assemble((name + gap, "dim"), value, overflow="ignore")


def _text(value: str | Text) -> Text:
    return value if isinstance(value, Text) else Text(value)
