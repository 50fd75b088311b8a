"""loaded: DATA and what was said about a table → a data set."""

from typing import Any

from ranvier.cli.options import TableOptions
from ranvier.data import Dataset, load
from ranvier.errors import DataError


def load_data(data: str, table: TableOptions) -> Dataset:
    """Return the data at `data`.

    Raises:
        DataError, FileError: they cannot be read as data.
    """
    task: Any = table.task
    target = table.target.split(",") if table.target else None
    return load(data, target=target, kinds=read_kinds(table.column), task=task)


def read_kinds(columns: list[str] | None) -> dict[str, str]:
    """Return the kinds of columns in texts such as "zip=category".

    Raises:
        DataError: one is no such text.
    """
    kinds = {}
    for text in columns or ():
        name, sign, kind = text.rpartition("=")
        if not sign or not name:
            raise DataError(
                f"--column {text}: expected a column and its kind, as in zip=category."
            )
        kinds[name] = kind
    return kinds
