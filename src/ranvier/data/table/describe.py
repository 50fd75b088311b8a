"""describe: a frame → what its columns hold, and what will be done with them."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl
import polars.selectors as cs

from ranvier.data.caution import Caution
from ranvier.data.column import Column
from ranvier.data.sources.large import LargeTable
from ranvier.data.table.cells import is_readable
from ranvier.data.table.evidence import Evidence, evidence_of
from ranvier.data.table.facts import ColumnFacts, facts_of, unread
from ranvier.data.table.form import Form
from ranvier.data.table.infer import (
    at_once,
    check_frame,
    check_readable,
    overruled_columns,
    target_names,
)
from ranvier.data.table.kinds import column_of
from ranvier.data.table.parallel import each
from ranvier.data.table.task import TaskFound, Wish, read_task
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


class _Told(NamedTuple):
    """Hold what was found out of some columns."""

    columns: list[Column]
    facts: list[ColumnFacts]
    cautions: tuple[Caution, ...]


class _Asked(NamedTuple):
    """Hold what was said of a table, and what follows for its targets."""

    found: Mapping[str, Column]
    targets: tuple[str, ...]
    task: TaskFound | None
    weight: str | None
    tallies: Mapping[str, Tally]
    step: int


def describe(
    frame: pl.DataFrame | LargeTable,
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
    they were read. Of a large table one column at a time is in memory.

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
    step = -(-len(frame) // _SAMPLE)
    with naming(name):
        columns = overruled_columns(frame, given)
        wish = task, {one: given[one] for one in targets if one in given}
        answer, counted = _answer(frame, targets, wish, tallies)
        asked = _Asked(columns, targets, answer, weight, counted, step)
        told = [_told(asked, cells) for cells in at_once(frame)]
    inputs = [
        column
        for column in chain.from_iterable(one.columns for one in told)
        if column.name not in (*targets, weight)
    ]
    form: Form | None = None
    if answer:
        said = answer.task, answer.classes
        form = Form(name, tuple(inputs), targets, *said, weight)
    balance = answer.balance if answer else ()
    cautions = chain.from_iterable(one.cautions for one in told)
    return Description(
        name,
        len(frame),
        tuple(chain.from_iterable(one.facts for one in told)),
        targets,
        answer.task if answer else None,
        balance,
        -(-len(frame) // step),
        (*cautions, *form_cautions(frame, form, balance)),
    )


def _answer(
    frame: pl.DataFrame | LargeTable,
    targets: tuple[str, ...],
    wish: Wish,
    tallies: Mapping[str, Tally],
) -> tuple[TaskFound | None, Mapping[str, Tally]]:
    """Return what the targets ask for, and the tallies with those of their texts."""
    if not targets:
        return None, tallies
    answers = frame.select(targets)
    texts = answers.select(cs.string()).get_columns()
    new = {one.name: Tally.of(one) for one in texts if one.name not in tallies}
    tallies = {**tallies, **new}
    return read_task(
        answers, targets, wish, drop_missing=True, tallies=tallies
    ), tallies


def _told(asked: _Asked, frame: pl.DataFrame) -> _Told:
    """Return what some columns hold, whose cells are in memory."""
    check_readable(frame, but=asked.found)
    # Texts come first: those that hardly repeat take longest.
    cells = sorted(frame.get_columns(), key=lambda one: one.dtype != pl.String)
    looked = each(partial(_look, asked), cells, frame.height)
    by_name = {one.column.name: one for one in looked}
    told = [by_name[name] for name in frame.columns]
    seen = {one.column.name: one.seen for one in told if one.seen}
    pairs = [(one.column, one.facts) for one in told if one.column.name != asked.weight]
    columns, facts = [one.column for one in told], [one.facts for one in told]
    return _Told(columns, facts, column_cautions(seen, pairs))


class _Looked(NamedTuple):
    """Hold what was found out of a column; nothing is seen of what cannot be read."""

    seen: Evidence | None
    column: Column
    facts: ColumnFacts


def _look(asked: _Asked, cells: pl.Series) -> _Looked:
    found = asked.found.get(cells.name)
    if found and not is_readable(cells.dtype):
        return _Looked(None, found, unread(cells, found))
    seen = evidence_of(cells, asked.tallies.get(cells.name))
    column = found or column_of(seen)
    return _Looked(seen, column, _facts(asked, seen, column))


def _facts(asked: _Asked, seen: Evidence, column: Column) -> ColumnFacts:
    drawn, task = seen.cells.gather_every(asked.step), asked.task
    if column.name == asked.weight:
        return facts_of(seen, column, drawn)._replace(use=WEIGHT)
    if task is None or column.name not in asked.targets:
        return facts_of(seen, column, drawn)
    if task.classes and column.kind not in ("boolean", "category"):
        column = Column(column.name, "category")
    elif not task.classes and column.kind not in ("number", "count", "boolean"):
        column = Column(column.name, "number")
    use = f"the target: {_wanted(task)}"
    return facts_of(seen, column, drawn)._replace(use=use)


def _wanted(task: TaskFound) -> str:
    if task.classes:
        return f"one of {len(task.classes)} classes"
    return "yes or no" if task.task == "labels" else "a value to be met"
