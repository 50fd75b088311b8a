"""loaded: DATA and what was said about a table → a data set."""

from typing import Any

from ranvier.cli.options import TableOptions
from ranvier.data import Dataset, Parts, load
from ranvier.errors import DescriptionError


def load_data(data: str, table: TableOptions) -> Dataset:
    """Return the data at `data`.

    Raises:
        DataError, FileError: they cannot be read as data.
    """
    task: Any = table.task
    return load(
        data,
        target=table.target,
        kinds=read_kinds(table.column),
        task=task,
        drop_missing_targets=table.drop_missing_targets,
    )


def show_cautions(parts: Parts) -> None:
    """Write what to mind of the parts of a table to standard error."""
    if not parts.train.schema.is_table:
        return
    from rich.text import Text

    from ranvier.cli.screen import console, write
    from ranvier.data.table import cautions

    screen = console(stderr=True)
    for one in cautions(parts):
        write(screen, Text.assemble(("mind: ", "bold yellow"), one.text))


def read_kinds(columns: list[str] | None) -> dict[str, str]:
    """Return the kinds of columns in texts such as "zip=category".

    Raises:
        DescriptionError: one is no such text.
    """
    kinds = {}
    for text in columns or ():
        name, _, kind = text.partition("=")
        if not name or not kind:
            raise DescriptionError(
                f"--column {text}: expected a column and its kind, as in zip=category."
            )
        kinds[name] = kind
    return kinds
