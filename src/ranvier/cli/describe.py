"""describe: a table or other data → what they hold, and what will be done with them."""

from typing import TYPE_CHECKING, Annotated, Any

from rich.console import Group
from rich.text import Text
from typer import Argument, Option

from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    import polars as pl

    from ranvier.data import Dataset

_File = Annotated[
    str,
    Argument(
        metavar="FILE",
        help="A table (CSV, Parquet, …), digits, an .npz file, or a folder.",
    ),
]
_Target = Annotated[
    list[str] | None,
    Option(metavar="COLUMN", help="The column to learn to say; may be given again."),
]
_Kinds = Annotated[
    list[str] | None,
    Option(
        metavar="NAME=KIND",
        help="Take a column for a number, count, category, boolean, date, text, or "
        "ignored; may be given again.",
    ),
]


_Weight = Annotated[
    str | None,
    Option(metavar="COLUMN", help="The column that says what each row counts."),
]


def describe(
    file: _File,
    target: _Target = None,
    column: _Kinds = None,
    weight: _Weight = None,
) -> Answer:
    """Show what the columns of FILE hold, what is done with each, and what to mind.

    The kind of each column is found by its cells, and the task by the target.
    """
    from ranvier.cli.loaded import read_kinds
    from ranvier.data.sources import is_tabular

    if is_tabular(file):
        return _table(file, target, read_kinds(column), weight)
    return _arrays(file, target=target, kinds=read_kinds(column), weight=weight)


def _table(
    file: str, target: list[str] | None, kinds: dict[str, str], weight: str | None
) -> Answer:
    from ranvier.data.budget import budget
    from ranvier.data.sources.large import LargeTable, large_table
    from ranvier.data.sources.secret import called
    from ranvier.data.sources.table import with_categories
    from ranvier.data.sources.tables import read_written
    from ranvier.data.table import describe as describe_frame
    from ranvier.data.tally import Tally
    from ranvier.report.columns import described

    options, tallies = with_categories(kinds), dict[str, Tally]()
    frame: pl.DataFrame | LargeTable | None
    frame = large_table(file, options, most=budget().memory)
    if frame is None:
        frame = read_written(file, options, tallies)
    asked: dict[str, Any] = {"kinds": kinds, "weight": weight, "tallies": tallies}
    description = describe_frame(frame, target, name=called(file), **asked)
    return Answer(description.to_dict(), described(description))


def _arrays(file: str, **said: Any) -> Answer:
    from ranvier import data as sources
    from ranvier.report import Facts
    from ranvier.report.columns import balance

    loaded = sources.load(file, **said)
    document = _facts(loaded)
    facts: dict[str, str | Text] = {
        "data": f"{loaded.schema.name}: {document['rows']:,} rows"
        + (f", {document['test_rows']:,} of them for the test" * loaded.has_test),
        "row": f"{' × '.join(map(str, document['shape']))} of {document['dtype']}, "
        f"{document['low']:g} to {document['high']:g}",
        "task": loaded.schema.task,
    }
    if not loaded.schema.classes:
        facts["targets"] = f"{loaded.schema.outputs} in a row"
        return Answer(document, Facts(facts))
    classes = list(document["classes"].items())
    return Answer(document, Group(Facts(facts), "", balance(classes)))


def _facts(loaded: "Dataset") -> dict[str, Any]:
    """Return what is known of data that are arrays, as JSON knows it."""
    import numpy as np

    schema, inputs = loaded.schema, loaded.inputs
    numbers = np.bincount(loaded.targets) if schema.classes else ()
    counts = dict(zip(schema.classes, map(int, numbers), strict=False))
    return {
        "name": schema.name,
        "rows": len(loaded),
        "test_rows": len(loaded.test) if loaded.has_test else 0,
        "shape": list(schema.input_shape),
        "dtype": str(inputs.dtype),
        "low": float(inputs.min()),
        "high": float(inputs.max()),
        "task": schema.task,
        "outputs": schema.outputs,
        "classes": {name: counts.get(name, 0) for name in schema.classes},
    }
