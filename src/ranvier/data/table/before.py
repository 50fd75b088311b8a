"""before: the parts of a table → what to mind before the first epoch."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from ranvier.data.blocks import blocks
from ranvier.data.caution import Caution
from ranvier.data.dataset import Dataset, Parts
from ranvier.data.encode import counted
from ranvier.data.reach import outside_output
from ranvier.data.split import ColumnSplit, GroupSplit, Split, TimeSplit
from ranvier.data.table.form import Form
from ranvier.data.table.giveaway import drawn_step
from ranvier.data.table.order import date_order, time_overlap
from ranvier.data.table.warnings import (
    class_cautions,
    duplicate_hashes,
    giveaway_cautions,
)

_BLOCK = 2**18  # rows that are hashed at a time
_LEFT_OUT = {
    "identifier": "names its rows: nearly every one has another value",
    "constant": "holds one value, or none, in every row",
}


def cautions(
    parts: Parts, *, split: Split | None = None, activation: str = "identity"
) -> tuple[Caution, ...]:
    """Warn of what makes the scores flatter, or what cannot be learnt.

    Columns that are left out, part the rows or give the target away, classes with few
    rows among those to train on, rows of later parts that are among them too, dates out
    of order where the parts go by time, and values that the output layer cannot give.

    split: by what the rows were parted. activation: of the output layer.

    >>> from ranvier.data import from_frame
    >>> coins = {"size": [2.0, 3.0] * 40, "side": ["head", "tail"] * 40}
    >>> [one.code for one in cautions(from_frame(coins, "side").split(seed=1))]
    ['giveaway', 'duplicates', 'duplicates']
    """
    names = {
        "training": parts.train,
        "validation": parts.validation,
        "test": parts.test,
    }
    there = {name: part for name, part in names.items() if part}
    return (
        *_left_out(parts.train),
        *_of_split(parts.train, split),
        *_of_target(parts.train),
        *duplicate_hashes({name: row_hashes(part) for name, part in there.items()}),
        *_of_time(there, split),
        *_of_output(parts.train, activation),
    )


def _of_output(train: Dataset, activation: str) -> tuple[Caution, ...]:
    if train.schema.task != "regression":
        return ()
    from ranvier.data.encoders import AnswerEncoder  # slow to import, for describe

    targets = counted(train).targets
    eased = AnswerEncoder.fit(targets).apply(targets)
    return outside_output(eased, activation, is_eased=True)


def _of_target(train: Dataset) -> Iterator[Caution]:
    schema, rows = train.schema, np.arange(0, len(train), drawn_step(len(train)))
    learnt = tuple(column for column in schema.columns if column.is_learnt)
    form = Form(schema.name, learnt, schema.target, schema.task, schema.classes)
    yield from giveaway_cautions(_whole(train.take(rows)), form)
    if schema.classes:
        sizes = np.bincount(train.targets, minlength=len(schema.classes)).tolist()
        counts = list(zip(schema.classes, sizes, strict=True))
        why = " to learn from"
        yield from class_cautions(schema.target[0], counts, least=2, why=why)


def _of_time(parts: Mapping[str, Dataset], split: Split | None) -> Iterator[Caution]:
    train = parts["training"]
    dates = [column.name for column in train.schema.columns if column.kind == "date"]
    if isinstance(split, TimeSplit) and split.column in dates:
        yield from date_order(train.memory_table.get_column(split.column)[:])
    if isinstance(split, ColumnSplit):
        for name in dates:
            frames = {one: part.cells(name).to_frame() for one, part in parts.items()}
            yield from time_overlap(frames, name)


def row_hashes(part: Dataset) -> pl.Series:
    """Return a number for each row, the same where what is learnt is the same.

    >>> from ranvier.data import from_frame
    >>> coins = from_frame({"size": [2, 3] * 3, "side": ["head", "tail"] * 3}, "side")
    >>> row_hashes(coins).n_unique()
    2
    """
    return pl.concat([_whole(one).hash_rows(seed=0) for one in blocks(part, _BLOCK)])


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


def _of_split(train: Dataset, split: Split | None) -> Iterator[Caution]:
    name = split.column if isinstance(split, (GroupSplit, ColumnSplit)) else None
    if name in [one.name for one in train.schema.columns if one.is_learnt]:
        yield Caution(
            "parting",
            str(name),
            f"{name} parts the rows, and is learnt too: rows of other parts hold "
            f"values never seen; --column {name}=ignored leaves it out.",
        )
