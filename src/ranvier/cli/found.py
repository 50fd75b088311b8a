"""found: runs → the data that they were trained on, where these are still there."""

from collections.abc import Sequence

from rich.text import Text

from ranvier.cli.screen import console, write
from ranvier.data import Dataset, Schema, load
from ranvier.errors import DataError, FileError
from ranvier.training import Run


def data_of_runs(runs: Sequence[Run], data: str | None) -> list[Dataset | None]:
    """Return the data that each run was trained on, from `data` or where they came.

    None where they are no longer there, which is told on standard error.

    Raises:
        DataError, FileError: `data` cannot be read.
    """
    loaded: dict[tuple[str, Schema], Dataset | None] = {}
    for run in runs:
        key = _key(run, data)
        if key not in loaded:
            loaded[key] = load(data, like=run.schema) if data else _found(run)
    return [loaded[_key(run, data)] for run in runs]


def _key(run: Run, data: str | None) -> tuple[str, Schema]:
    return data or run.source.name or "", run.schema


def _found(run: Run) -> Dataset | None:
    if run.source.name is None:
        _mind(f"{run.folder} was trained on arrays from Python, and is shown without.")
        return None
    try:
        found = load(run.source.name, like=run.schema)
        run.parts(found)
    except (DataError, FileError) as error:
        _mind(f"{run.folder} is shown without its data. {error}")
        return None
    return found


def _mind(text: str) -> None:
    write(console(stderr=True), Text.assemble(("mind: ", "bold yellow"), text))
