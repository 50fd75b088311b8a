"""task: the columns of the answers → classes, or values to be met."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from ranvier.data.sources.targets import TASKS, Task
from ranvier.data.table.cells import (
    as_booleans,
    as_numbers,
    as_texts,
    is_given,
    is_readable,
    is_textual,
)
from ranvier.data.table.kinds import MOST, overruled
from ranvier.data.tally import Tally
from ranvier.errors import DataError

_MOST_WHOLE = 20  # different whole numbers that are still classes
_OF_KIND: dict[str, Task] = {
    "category": "classification",
    "boolean": "classification",
    "number": "regression",
    "count": "regression",
}

Wish = tuple[str | None, Mapping[str, str]]


class TaskFound(NamedTuple):
    """Hold the task, and its classes with their rows, none but for classification."""

    task: Task
    classes: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()

    @property
    def balance(self) -> tuple[tuple[str, int], ...]:
        """Each class with its number of rows; nothing for values."""
        return tuple(zip(self.classes, self.rows, strict=True))


class _Held(NamedTuple):
    """Hold the different values of a target, missing ones left out, and their rows.

    Floats that are no whole numbers are as they stand, each of one row.
    """

    values: pl.Series
    rows: pl.Series
    total: int

    @classmethod
    def of(cls, cells: pl.Series, tally: Tally | None = None) -> "_Held":
        held = cells.alias("value").to_frame().with_columns(rows=pl.lit(1, pl.UInt32))
        if tally and tally.rows is not None:
            held = pl.DataFrame([tally.texts.alias("value"), tally.rows])
        elif not cells.dtype.is_float() or _are_whole(cells):
            held = cells.alias("value").value_counts(name="rows")
        held = held.filter(is_given(held["value"]))
        values, rows = held["value"].alias(cells.name), held["rows"]
        return cls(values, rows, int(rows.sum()))


def read_task(
    frame: pl.DataFrame,
    targets: Sequence[str],
    wish: Wish,
    *,
    drop_missing: bool,
    tallies: Mapping[str, Tally] = MappingProxyType({}),
) -> TaskFound:
    """Return what the columns `targets` ask for; `wish` is a task, and kinds by name.

    tallies: those of targets of texts, where they are known.

    Raises:
        DataError: a cell has no answer, the answers are of no task or not of the one
            wished for, or there is but one class.
    """
    for name in targets:
        if not is_readable(frame[name].dtype) or _is_date(frame[name]):
            raise DataError(
                f"target {name!r} holds {frame[name].dtype}; a target is a number, a "
                "boolean or a text; make one of it, or name another target."
            )
    task = _wished(targets, wish)
    held = [_Held.of(frame[name], tallies.get(name)) for name in targets]
    for one, name in zip(held, targets, strict=True):
        if one.total < len(frame) and not drop_missing:
            check_answered(frame[name])
        if not one.total:
            raise DataError(
                f"target {name!r} is missing in all rows; name another target."
            )
    if len(held) > 1:
        return _several(held, task)
    _check_no_labels(targets[0], task)
    task = task or _of_cells(held[0])
    if task == "regression":
        _check_numbers(held[0])
        return TaskFound(task)
    classes = _classes(held[0])
    return TaskFound(task, tuple(classes), tuple(classes.values()))


def check_answered(cells: pl.Series) -> None:
    """Make sure that no cell of a target is missing.

    Raises:
        DataError: one is.
    """
    lacks = ~is_given(cells)
    count = int(lacks.sum())
    if count:
        row = (lacks.arg_max() or 0) + 1
        raise DataError(
            f"target {cells.name!r} is missing in {count:,} of {len(cells):,} rows, "
            f"first in row {row:,}; give an answer there, or leave such rows out with "
            "--drop-missing-targets."
        )


def _is_date(cells: pl.Series) -> bool:
    return isinstance(cells.dtype, (pl.Date, pl.Datetime))


def _wished(targets: Sequence[str], wish: Wish) -> Task | None:
    task = next((one for one in TASKS if one == wish[0]), None)
    if wish[0] is not None and task is None:
        raise DataError(
            f"task={wish[0]!r}: expected {', '.join(TASKS)}, or None to go by the "
            "target."
        )
    kinds = wish[1]
    for name in kinds:
        kind = overruled(name, kinds[name]).kind
        if kind not in _OF_KIND:
            raise DataError(
                f"target {name!r} cannot be {kind}; a target is a category or a "
                "boolean for classes, a number or a count for values."
            )
        if task is None and (len(targets) == 1 or _OF_KIND[kind] == "regression"):
            return _OF_KIND[kind]
    return task


def _several(held: Sequence[_Held], task: Task | None) -> TaskFound:
    if task == "classification":
        names = ", ".join(one.values.name for one in held)
        raise DataError(
            f"{len(held)} targets ({names}) cannot be classes together; name one, or "
            "leave the task out for values, or for labels of yes and no."
        )
    for one in held:
        _check_numbers(one)
    others = [one.values for one in held if as_booleans(one.values).null_count()]
    if task == "labels" and others:
        strange = others[0].filter(as_booleans(others[0]).is_null()).sort()[0]
        raise DataError(
            f"target {others[0].name!r} holds {strange!r}, a label is yes or no, true "
            "or false, 1 or 0; leave the target out, or the task for values."
        )
    return TaskFound(task or ("regression" if others else "labels"))


def _check_no_labels(target: str, task: Task | None) -> None:
    if task == "labels":
        raise DataError(
            f"the target {target!r} is one, labels are several columns of yes and no; "
            "name the others too, or leave the task out."
        )


def _of_cells(held: _Held) -> Task:
    """Return the task that the values of a target speak for."""
    dtype = held.values.dtype
    if isinstance(dtype, (pl.Boolean, pl.Categorical, pl.Enum)):
        return "classification"
    numbers = as_numbers(held.values)
    if _rows_of(held, numbers) < MOST * held.total:
        return "classification"
    if not _are_whole(numbers):
        return "regression"
    different = numbers.drop_nulls().n_unique()
    if different <= 2:
        return "classification"
    whole = not dtype.is_float() and not isinstance(dtype, pl.Decimal)
    few = different <= min(_MOST_WHOLE, held.total // 2)
    return "classification" if whole and few else "regression"


def _are_whole(numbers: pl.Series) -> bool:
    return bool((numbers.floor() == numbers).all())


def _rows_of(held: _Held, numbers: pl.Series) -> int:
    """Return how many rows have a value that is a number."""
    return int(held.rows.filter(numbers.is_not_null()).sum())


def _check_numbers(held: _Held) -> None:
    """Make sure that nearly all rows have numbers, or yes and no, and not all one."""
    numbers = answer_numbers(held.values)
    if _rows_of(held, numbers) < MOST * held.total:
        strange = held.values.filter(numbers.is_null()).sort()[0]
        raise DataError(
            f"target {held.values.name!r} holds {strange!r}, values to be met are "
            "numbers; a single target of texts is learnt as classes."
        )
    if numbers.drop_nulls().n_unique() < 2:
        raise DataError(
            f"target {held.values.name!r} is {held.values[0]!r} in all {held.total:,} "
            "rows; give rows whose answers differ, or name another target."
        )


def answer_numbers(cells: pl.Series) -> pl.Series:
    """Return the cells of a target as numbers; yes and no are 1 and 0."""
    numbers = as_numbers(cells)
    if not is_textual(cells.dtype):
        return numbers
    words = as_booleans(cells).cast(pl.Float64)
    return numbers.zip_with(numbers.is_not_null(), words)


def _classes(held: _Held) -> dict[str, int]:
    """Return the classes in their order, each with its rows."""
    texts = as_texts(held.values).alias("class")
    counts = dict(
        pl.DataFrame([texts, held.rows.alias("rows")]).group_by("class").sum().rows()
    )
    _check_classes(held, list(counts))
    names = pl.Series(list(counts))
    numbers = as_numbers(names)
    order = names.arg_sort() if numbers.null_count() else numbers.arg_sort()
    return {name: counts[name] for name in names[order]}


def _check_classes(held: _Held, names: Sequence[str]) -> None:
    name, values = held.values.name, held.values
    if len(names) < 2:
        raise DataError(
            f"target {name!r} is {names[0]!r} in all {held.total:,} rows; give rows of "
            "two classes or more."
        )
    if len(names) == held.total > 2:
        raise DataError(
            f"target {name!r} holds another class in each of {held.total:,} rows; name "
            "a target whose answers repeat, or one of numbers with --task regression."
        )
    if values.dtype.is_float() and not _are_whole(values):
        strange = values.filter(values.floor() != values)[0]
        raise DataError(
            f"target {name!r} holds {strange!r}, classes are texts or whole numbers; "
            "learn it as values with --task regression."
        )
