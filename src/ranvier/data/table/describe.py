"""describe: a frame → what its columns hold, and what will be done with them."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl

from ranvier.data.caution import Caution
from ranvier.data.column import Column
from ranvier.data.table.cells import is_readable
from ranvier.data.table.evidence import Evidence, gather
from ranvier.data.table.facts import ColumnFacts, facts_of, unread
from ranvier.data.table.form import Form
from ranvier.data.table.infer import (
    check_frame,
    check_readable,
    overruled_columns,
    target_names,
)
from ranvier.data.table.kinds import column_of
from ranvier.data.table.parallel import each
from ranvier.data.table.task import read_task
from ranvier.data.table.warnings import column_cautions, form_cautions
from ranvier.data.table.weights import check_weight
from ranvier.data.tally import Tally
from ranvier.errors import naming

WEIGHT = "what its row counts"
"""What is done with the column that weighs rows."""

_SAMPLE = 100_000  # rows that quantiles, histograms and frequent values are of


class Description(NamedTuple):
    """Hold what is known of a table before anything is learnt from it.

    columns: facts of each column in the table's order, the targets' too.
    target: the columns of the answers; empty if none was named, and task None.
    classes: each with its number of rows; empty for values.
    sampled: the rows that quantiles, histograms and frequent values are of.
    warnings: what to look at before training.
    """

    name: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    target: tuple[str, ...]
    task: str | None
    classes: tuple[tuple[str, int], ...]
    sampled: int
    warnings: tuple[Caution, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the description as JSON knows it."""
        return self._asdict() | {
            "columns": [column.to_dict() for column in self.columns],
            "target": list(self.target),
            "classes": dict(self.classes),
            "warnings": [caution._asdict() for caution in self.warnings],
        }


def describe(
    frame: pl.DataFrame,
    target: str | Sequence[str] | None = None,
    *,
    kinds: Mapping[str, str] | None = None,
    task: str | None = None,
    name: str = "data",
    weight: str | None = None,
    tallies: Mapping[str, Tally] = MappingProxyType({}),
) -> Description:
    """Say what the columns of a table hold, what is done with each, and what to mind.

    Kinds and task are as `infer` finds them; a target may have missing cells here. The
    column `weight` says what each row counts. Missing cells, the number of different
    values and the range are of all rows; quantiles, histograms and the most frequent
    values of 100,000 at even distances. `tallies` are of texts that were counted while
    they were read.

    Raises:
        DataError: the table is empty, `target` is no column or no answer, or `kinds`
            cannot be meant.

    >>> frame = pl.DataFrame({"size": [1.5, None, 2.5, 9.0], "side": ["a", "b"] * 2})
    >>> description = describe(frame, "side")
    >>> description.columns[0].missing, description.classes
    (1, (('a', 2), ('b', 2)))
    """
    check_frame(frame, name)
    given = dict(kinds or {})
    targets = target_names(frame, target, name) if target else ()
    if weight is not None:
        check_weight(frame, weight, targets, name)
    with naming(name):
        columns, seen = _columns(frame, given, tallies)
    form: Form | None = None
    balance: tuple[tuple[str, int], ...] = ()
    if targets:
        wish = task, {one: given[one] for one in targets if one in given}
        texts = [one for one in targets if frame[one].dtype == pl.String]
        known = {one: seen[one].tally for one in texts}
        with naming(name):
            found = read_task(frame, targets, wish, drop_missing=True, tallies=known)
        inputs = tuple(one for one in columns if one.name not in (*targets, weight))
        form = Form(name, inputs, targets, found.task, found.classes, weight)
        balance = found.balance
    step = -(-len(frame) // _SAMPLE)
    facts = each(partial(_facts, frame, seen, step, form), columns, len(frame))
    facts = [_weighing(one) if one.name == weight else one for one in facts]
    pairs = zip(columns, facts, strict=True)
    others = (pair for pair in pairs if pair[0].name != weight)
    return Description(
        name,
        len(frame),
        tuple(facts),
        targets,
        form.task if form else None,
        balance,
        -(-len(frame) // step),
        (*column_cautions(seen, others), *form_cautions(frame, form, balance)),
    )


def _columns(
    frame: pl.DataFrame, kinds: Mapping[str, str], tallies: Mapping[str, Tally]
) -> tuple[list[Column], dict[str, Evidence]]:
    """Return all columns, and the evidence of those whose cells can be read."""
    found = overruled_columns(frame, kinds)
    check_readable(frame.select(one for one in frame.columns if one not in found))
    readable = [one for one, dtype in frame.schema.items() if is_readable(dtype)]
    seen = {one.name: one for one in gather(frame.select(readable), tallies)}
    unknown = (seen[one] for one in frame.columns if one not in found)
    found |= {one.name: one for one in each(column_of, unknown, len(frame))}
    return [found[one] for one in frame.columns], seen


def _facts(
    frame: pl.DataFrame,
    evidence: Mapping[str, Evidence],
    step: int,
    form: Form | None,
    column: Column,
) -> ColumnFacts:
    cells, seen = frame[column.name], evidence.get(column.name)
    if seen is None:
        return unread(cells, column)
    if form is None or column.name not in form.target:
        return facts_of(seen, column, cells.gather_every(step))
    if form.classes and column.kind not in ("boolean", "category"):
        column = Column(column.name, "category")
    elif not form.classes and column.kind not in ("number", "count", "boolean"):
        column = Column(column.name, "number")
    facts = facts_of(seen, column, cells.gather_every(step))
    return facts._replace(use=f"the target: {_asked(form)}")


def _weighing(facts: ColumnFacts) -> ColumnFacts:
    return facts._replace(use=WEIGHT)


def _asked(form: Form) -> str:
    if form.classes:
        return f"one of {len(form.classes)} classes"
    return "yes or no" if form.task == "labels" else "a value to be met"
