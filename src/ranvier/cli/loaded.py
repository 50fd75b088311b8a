"""loaded: DATA and what was said about a table → a data set."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.cli.options import TableOptions
from ranvier.data import Dataset, Parts, load
from ranvier.data.caution import Caution
from ranvier.data.reach import outside_output
from ranvier.errors import DescriptionError

if TYPE_CHECKING:
    from ranvier.recipe import Design

_LOOKED_AT = 5_000  # rows of each part, before a training
_SAID = ("labels-and-output", "leaked-column", "duplicates-across-parts")
"""The checks whose errors are cautions as well; those of arrays say the first alone."""


def load_data(data: str, table: TableOptions, split: str | None = None) -> Dataset:
    """Return the data at `data`.

    split: how the rows are to part. A column that names their groups or their parts is
        not learnt, unless its kind is given.

    Raises:
        DataError, FileError: they cannot be read as data.
    """
    task: Any = table.task
    kinds = read_kinds(table.column)
    parting = parting_column(split) if table.target else None
    is_left_out = parting is not None and parting not in kinds
    if is_left_out:
        kinds[str(parting)] = "ignored"
    loaded = load(
        data,
        target=table.target,
        kinds=kinds,
        task=task,
        drop_missing_targets=table.drop_missing_targets,
        weight=table.weight,
    )
    show_left_out(loaded)
    if is_left_out:
        _mind(
            f"{parting} parts the rows, and is left out; --column {parting}=category "
            "would learn it."
        )
    return loaded


def show_left_out(data: Dataset) -> None:
    """Write to standard error how many rows have no answer, if some have none."""
    if data.left_out:
        whole = data.left_out + len(data)
        _mind(f"{data.left_out:,} of {whole:,} rows have no answer, and are left out.")


def show_cautions(parts: Parts, design: "Design") -> None:
    """Write what to mind of the parts that `design` is to learn to standard error."""
    for one in _cautions(parts, design):
        _mind(one.text)


def show_errors(parts: Parts, design: "Design") -> None:
    """Write what makes a training worth little to standard error, if it shows at once.

    Cautions say some of it already, and `train` itself what cannot be trained.
    """
    from ranvier.diagnosis import check

    found = check(
        design.network,
        parts,
        design.recipe,
        seconds=0,
        most_rows=_LOOKED_AT,
        ignore=_SAID if parts.train.schema.is_table else _SAID[:1],
    )
    for one in found.errors if found.is_trainable else ():
        where = f"{one.where}: " if one.where else ""
        _mind(f"{where}{one.evidence}; {one.remedy}.")


def _mind(text: str) -> None:
    from rich.text import Text

    from ranvier.cli.screen import console, write

    line = Text.assemble(("mind: ", "bold yellow"), text)
    write(console(stderr=True), line)


def _cautions(parts: Parts, design: "Design") -> tuple[Caution, ...]:
    train, ending = parts.train, design.network.output_activation
    if train.schema.is_table:
        from ranvier.data.table import cautions

        return cautions(parts, split=design.recipe.split, activation=ending)
    if train.schema.task != "regression":
        return ()
    return outside_output(np.asarray(train.targets, np.float32), ending)


def parting_column(split: str | None) -> str | None:
    """Return the column that names groups or parts in a text such as "group=patient".

    >>> parting_column("group=patient"), parting_column("time=day")
    ('patient', None)
    """
    way, _, column = (split or "").partition("=")
    return column if way in ("group", "column") and column else None


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
