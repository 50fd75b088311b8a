"""infer: a frame and the name of its target → what the table means."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from ranvier.data.column import Column
from ranvier.data.sources.large import LargeTable
from ranvier.data.table.cells import is_readable
from ranvier.data.table.evidence import gather
from ranvier.data.table.form import Form
from ranvier.data.table.kinds import column_of, overruled, with_type
from ranvier.data.table.parallel import each
from ranvier.data.table.task import read_task
from ranvier.data.table.weights import check_weight
from ranvier.errors import DataError, naming, suggest

_SHOWN = 20  # names in a message
_LIKELY = (
    *("target", "label", "labels", "class", "y", "outcome", "answer", "response"),
    *("survived", "churn", "churned", "default", "fraud", "diagnosis", "species"),
    *("price", "saleprice", "quality", "income"),
)


def infer(
    frame: pl.DataFrame | LargeTable,
    target: str | Sequence[str] | None,
    *,
    kinds: Mapping[str, str] | None = None,
    task: str | None = None,
    name: str = "data",
    drop_missing_targets: bool = False,
    weight: str | None = None,
) -> Form:
    """Return what a table means, with one answer (`target`) in a row or several.

    Kinds go by the cells, and `kinds` overrules them, as in {"zip": "category"} or
    {"day": "date:%d/%m/%Y"}:

    - constant: one value in every row, or none in any;
    - boolean: two values, a pair of true/false, yes/no, t/f, y/n, 1/0;
    - number: floats; texts of which 99 in 100 are numbers (not 007, a name), as $1,250;
    - count: whole numbers; an identifier if they number the rows (each one more than
      the one before, or 95 in 100 different in a column called id, userId, …), and a
      category if a column called so repeats its numbers;
    - date: dates and times; texts of which 99 in 100 are dates in one format: ISO, or
      day, month and year in strokes, dots, dashes or with the month's name; numbers as
      20240131. Where two fit, 01/02/2024 is in January and 01-02-2024 in February;
    - identifier: texts of one word, 95 in 100 of them different;
    - text: several words, 95 in 100 different; or three words and more in the mean,
      50 and more different texts, a fifth of the cells different;
    - category: all other texts.

    Texts such as NA, ? and nothing are missing cells, in numbers and dates also none,
    unknown and -. Ten rows are too few to call a column an identifier by its values.

    The task follows from the target; `task` or its kind in `kinds` overrules. Texts,
    booleans and whole numbers of at most 20 values, two rows or more for each, are
    classes; other numbers are values to be met. Several targets are labels where all
    cells are yes or no, else values. The column `weight` is no input.

    Raises:
        DataError: the table is empty, a target is missing, misspelt or has cells
            without an answer (`drop_missing_targets` allows them, `answered` leaves
            them out), there is but one class, a kind is unknown, there is no column
            `weight`, or nothing is left to learn from.

    >>> frame = pl.DataFrame({"size": [1.5, 2.5], "side": ["head", "head"]})
    >>> form = infer(frame.vstack(frame.with_columns(side=pl.lit("tail"))), "side")
    >>> form.task, form.classes, form.columns[0].kind
    ('classification', ('head', 'tail'), 'number')
    """
    given = dict(kinds or {})
    check_frame(frame, name)
    targets = target_names(frame, target, name)
    if weight is not None:
        check_weight(frame, weight, targets, name)
    with naming(name):
        columns = infer_columns(frame, (*targets, weight), given)
        _check_learnt(columns)
        wish = task, {one: given[one] for one in targets if one in given}
        answers = frame.select(targets)
        found = read_task(answers, targets, wish, drop_missing=drop_missing_targets)
    return Form(name, columns, targets, found.task, found.classes, weight)


def infer_columns(
    frame: pl.DataFrame | LargeTable,
    others: Sequence[str | None] = (),
    kinds: Mapping[str, str] = {},
) -> tuple[Column, ...]:
    """Return the columns of a frame with rows, but for `others`: targets and weight.

    Raises:
        DataError: `kinds` names no column or no kind, or cells are no table's.
    """
    found = overruled_columns(frame, kinds)
    inputs = [one for one in frame.columns if one not in others]
    unknown = [one for one in inputs if one not in found]
    for cells in at_once(frame, unknown):
        check_readable(cells)
        if cells.width:
            told = each(column_of, gather(cells), cells.height)
            found |= {column.name: column for column in told}
    return tuple(found[one] for one in inputs)


def at_once(
    frame: pl.DataFrame | LargeTable, names: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the columns that are looked at together: all, or one of a large table."""
    chosen = list(frame.columns if names is None else names)
    is_small = isinstance(frame, pl.DataFrame)
    for together in [chosen] if is_small else [[one] for one in chosen]:
        yield pl.DataFrame([frame[one] for one in together])


def overruled_columns(
    frame: pl.DataFrame | LargeTable, kinds: Mapping[str, str]
) -> dict[str, Column]:
    """Return the columns whose kind a user gives, by name.

    Raises:
        DataError: `kinds` names no column or no kind.
    """
    for one in kinds:
        if one not in frame.columns:
            raise DataError(
                f"there is no column {one!r} to be {kinds[one]}; "
                f"{suggest(str(one), frame.columns)}columns: {_listed(frame.columns)}."
            )
    return {
        one: with_type(overruled(one, kind), frame[one].dtype)
        for one, kind in kinds.items()
    }


def check_frame(frame: Any, where: str) -> None:
    """Make sure that a frame has rows, and columns with names.

    Raises:
        DataError: it has not.
    """
    if not isinstance(frame, (pl.DataFrame, LargeTable)):
        raise DataError(
            f"{where}: expected a polars.DataFrame, got {type(frame).__name__}; "
            "ranvier.data.sources.read_frame makes one."
        )
    if not frame.height:
        head = f" but a head ({_listed(frame.columns)})" if frame.width else ""
        raise DataError(f"{where}: there is no row{head}; give rows to learn from.")
    if "" in frame.columns:
        raise DataError(
            f"{where}: column {frame.columns.index('') + 1} has no name; give it one "
            "in the head."
        )


def check_readable(frame: pl.DataFrame, but: Container[str] = ()) -> None:
    """Make sure that no cell is a list or a structure, `but` in these columns.

    Raises:
        DataError: one is.
    """
    for name, dtype in frame.schema.items():
        if name not in but and not is_readable(dtype):
            raise DataError(
                f"column {name!r} holds {dtype}; a cell of a table is one number, "
                "date or text; give its parts as columns, or leave it out with "
                f"--column {name}=ignored."
            )


def target_names(
    frame: pl.DataFrame | LargeTable, target: str | Sequence[str] | None, where: str
) -> tuple[str, ...]:
    """Return the names of the targets, each of them a column.

    Raises:
        DataError: there is none, or one is no column.
    """
    if isinstance(target, Iterable) and not isinstance(target, str):
        targets = tuple(target)
    else:
        targets = () if target is None else (target,)
    if not targets:
        raise DataError(
            f"{where}: which column is the answer? give --target COLUMN; perhaps "
            f"{likeliest(frame.columns)!r}; columns: {_listed(frame.columns)}."
        )
    for one in targets:
        if one not in frame.columns:
            raise DataError(
                f"{where}: there is no column {one!r} to be the target; "
                f"{suggest(str(one), frame.columns)}columns: {_listed(frame.columns)}."
            )
    if len(set(targets)) < len(targets):
        raise DataError(
            f"{where}: the targets {_listed(targets)} name a column twice; name each "
            "of them once."
        )
    return targets


def likeliest(names: Sequence[str]) -> str:
    """Return the column that is most likely the target: by its name, or the last.

    >>> likeliest(["Churn?", "income"])
    'Churn?'
    """
    for word in _LIKELY:
        for one in names:
            if re.sub(r"\W", "", one).lower() == word:
                return one
    return names[-1]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _check_learnt(columns: Sequence[Column]) -> None:
    if not columns:
        raise DataError(
            "there is no column beside the target; give columns to learn from."
        )
    if not any(column.is_learnt for column in columns):
        kinds = ", ".join(f"{one.name} ({one.kind})" for one in columns[:_SHOWN])
        raise DataError(
            f"no column is left to learn from: {kinds}; overrule a kind, as in "
            f"--column {columns[0].name}=category."
        )
