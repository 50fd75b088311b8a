"""before: the parts of a table → what to mind before the first epoch."""

from collections.abc import Iterator

import polars as pl

from ranvier.data.dataset import Dataset, Parts
from ranvier.data.table.form import Form
from ranvier.data.table.warnings import (
    Caution,
    class_cautions,
    duplicate_rows,
    giveaway_cautions,
)

_LEFT_OUT = {
    "identifier": "names its rows: nearly every one has another value",
    "constant": "holds one value in every row",
}


def cautions(parts: Parts) -> tuple[Caution, ...]:
    """Warn of what makes the scores of a table flatter or teaches nothing.

    Columns that are left out, columns that give the target away, rare classes among
    the rows to train on, and rows of later parts that are among them too.

    >>> from ranvier.data import from_frame
    >>> coins = {"size": [2.0, 3.0] * 40, "side": ["head", "tail"] * 40}
    >>> [one.code for one in cautions(from_frame(coins, "side").split(seed=1))]
    ['giveaway', 'duplicates', 'duplicates']
    """
    schema, train = parts.train.schema, _whole(parts.train)
    learnt = tuple(column for column in schema.columns if column.is_learnt)
    form = Form(schema.name, learnt, schema.target, schema.task, schema.classes)
    found = [*_left_out(parts.train), *giveaway_cautions(train, form)]
    if schema.classes:
        sizes = train[schema.target[0]].value_counts().rows()
        found += class_cautions(schema.target[0], sizes, folds=2)
    names = {
        "training": parts.train,
        "validation": parts.validation,
        "test": parts.test,
    }
    frames = {name: _whole(part) for name, part in names.items() if part}
    return (*found, *duplicate_rows(frames))


def _whole(part: Dataset) -> pl.DataFrame:
    """Return the columns that are learnt, and the answers under their names."""
    schema, targets = part.schema, part.targets
    if schema.classes:
        names = pl.Series(schema.target[0], schema.classes)
        return part.frame.with_columns(names.gather(targets))
    columns = zip(schema.target, targets.T, strict=True)
    return part.frame.with_columns(pl.Series(*column) for column in columns)


def _left_out(train: Dataset) -> Iterator[Caution]:
    for column in train.schema.columns:
        if column.kind in _LEFT_OUT:
            yield Caution(
                column.kind,
                column.name,
                f"{column.name} {_LEFT_OUT[column.kind]}, and is left out; "
                f"--column {column.name}=category would learn it.",
            )
