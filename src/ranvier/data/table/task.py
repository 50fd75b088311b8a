"""task: the columns of the answers → classes, or values to be met."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from ranvier.data.sources.targets import Task
from ranvier.data.table.cells import (
    as_booleans,
    as_numbers,
    as_texts,
    is_given,
    is_readable,
    is_textual,
)
from ranvier.data.table.kinds import MOST, overruled
from ranvier.errors import DataError

_MOST_WHOLE = 20  # different whole numbers that are still classes
_TASKS: dict[str | None, Task | None] = {
    "classification": "classification",
    "regression": "regression",
    None: None,
}
_OF_KIND: dict[str, Task] = {
    "category": "classification",
    "boolean": "classification",
    "number": "regression",
    "count": "regression",
}

Wish = tuple[str | None, Mapping[str, str]]


class TaskFound(NamedTuple):
    """Hold the task, the names of its classes, and whether targets are labels."""

    task: Task
    classes: tuple[str, ...]
    labels: bool


def read_task(
    frame: pl.DataFrame, targets: Sequence[str], wish: Wish, *, drop_missing: bool
) -> TaskFound:
    """Return what the columns `targets` ask for; `wish` is a task, and kinds by name.

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
        if not drop_missing:
            check_answered(frame[name])
    task = _wished(targets, wish)
    if len(targets) > 1:
        return _several(frame, targets, task)
    cells = frame[targets[0]]
    cells = cells.filter(is_given(cells))
    if not len(cells):
        raise DataError(
            f"target {targets[0]!r} is missing in all rows; name another target."
        )
    task = task or _of_cells(cells)
    if task == "regression":
        _check_numbers(cells)
        return TaskFound(task, (), labels=False)
    return TaskFound(task, _classes(cells), labels=False)


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
    if wish[0] not in _TASKS:
        raise DataError(
            f"task={wish[0]!r}: expected classification, regression, or None to go by "
            "the target."
        )
    task, kinds = _TASKS[wish[0]], wish[1]
    for name in kinds:
        kind = overruled(name, kinds[name]).kind
        if kind not in _OF_KIND:
            raise DataError(
                f"target {name!r} cannot be {kind}; a target is a category or a "
                "boolean for classes, a number or a count for values."
            )
        if task is None and len(targets) == 1:
            return _OF_KIND[kind]
    return task


def _several(
    frame: pl.DataFrame, targets: Sequence[str], task: Task | None
) -> TaskFound:
    if task == "classification":
        raise DataError(
            f"{len(targets)} targets ({', '.join(targets)}) cannot be classes "
            "together; name one, or leave the task out for values."
        )
    for name in targets:
        _check_numbers(frame[name])
    labels = all(_is_label(frame[name]) for name in targets)
    return TaskFound("regression", (), labels)


def _is_label(cells: pl.Series) -> bool:
    given = cells.filter(is_given(cells))
    answers = as_booleans(given)
    return not answers.null_count() and answers.n_unique() == 2


def _of_cells(cells: pl.Series) -> Task:
    """Return the task that a target's cells, none of them missing, speak for."""
    if isinstance(cells.dtype, (pl.Boolean, pl.Categorical, pl.Enum)):
        return "classification"
    if cells.dtype.is_float() and not _are_whole(cells):
        return "regression"
    held = cells.alias("value").value_counts(name="rows")
    numbers = as_numbers(held["value"])
    readable = held["rows"].filter(numbers.is_not_null()).sum()
    if int(readable) < MOST * len(cells):
        return "classification"
    different = numbers.drop_nulls().n_unique()
    if not _are_whole(numbers):
        return "regression"
    if different <= 2:
        return "classification"
    whole = not cells.dtype.is_float() and not isinstance(cells.dtype, pl.Decimal)
    few = different <= min(_MOST_WHOLE, len(cells) // 2)
    return "classification" if whole and few else "regression"


def _are_whole(numbers: pl.Series) -> bool:
    return bool((numbers.floor() == numbers).all())


def _check_numbers(cells: pl.Series) -> None:
    """Make sure that nearly all cells are numbers, or yes and no."""
    given = cells.filter(is_given(cells))
    if not len(given):
        raise DataError(f"target {cells.name!r} is missing in all rows; leave it out.")
    numbers = answer_numbers(given)
    if numbers.count() < MOST * len(given):
        strange = given.filter(numbers.is_null())[0]
        raise DataError(
            f"target {cells.name!r} holds {strange!r}, values to be met are numbers; "
            "a single target of texts is learnt as classes."
        )


def answer_numbers(cells: pl.Series) -> pl.Series:
    """Return the cells of a target as numbers; yes and no are 1 and 0."""
    numbers = as_numbers(cells)
    if not is_textual(cells.dtype):
        return numbers
    words = as_booleans(cells).cast(pl.Float64)
    return numbers.zip_with(numbers.is_not_null(), words)


def _classes(cells: pl.Series) -> tuple[str, ...]:
    names = as_texts(cells.unique()).unique().to_list()
    if len(names) < 2:
        raise DataError(
            f"target {cells.name!r} is {names[0]!r} in all {len(cells):,} rows; give "
            "rows of two classes or more."
        )
    _check_classes(cells, len(names))
    numbers = as_numbers(pl.Series(names))
    if numbers.null_count():
        return tuple(sorted(names))
    return tuple(pl.Series(names)[numbers.arg_sort()].to_list())


def _check_classes(cells: pl.Series, count: int) -> None:
    if count == len(cells) > 2:
        raise DataError(
            f"target {cells.name!r} holds another class in each of {count:,} rows; "
            "name a target whose answers repeat, or one of numbers with "
            "--task regression."
        )
    if cells.dtype.is_float() and not _are_whole(cells):
        strange = cells.filter(cells.floor() != cells)[0]
        raise DataError(
            f"target {cells.name!r} holds {strange!r}, classes are texts or whole "
            "numbers; learn it as values with --task regression."
        )
