"""answers: the target columns of a frame → class numbers, or values."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ranvier.data.schema import are_numerals
from ranvier.data.sources.large import LargeTable
from ranvier.data.table.cells import as_booleans, as_numerals, as_texts, is_given
from ranvier.data.table.form import Form
from ranvier.data.table.task import answer_numbers, check_answered
from ranvier.data.table.typed import row_number
from ranvier.errors import DataError, naming, suggest

_SHOWN = 20


def read_answers(
    frame: pl.DataFrame | LargeTable,
    form: Form,
    *,
    where: str = "data",
    numbers: pl.Series | None = None,
) -> NDArray[Any]:
    """Return class numbers (N,) int32, labels (N, M) float32, or values (N, M) float64.

    Labels are 1 for yes and 0 for no.

    numbers: what the rows are called in errors, from 1 if left out.

    Raises:
        DataError: a target column is missing, or a cell of it is, or is of no class,
            neither yes nor no, no number, infinite, or too large for float32.

    >>> form = Form("coins", (), ("side",), "classification", ("head", "tail"))
    >>> read_answers(pl.DataFrame({"side": ["tail", "head"]}), form)
    array([1, 0], dtype=int32)
    """
    for name in form.target:
        if name not in frame.columns:
            raise DataError(
                f"{where}: the target {name!r} is missing; "
                f"{suggest(name, frame.columns)}give a table that holds it."
            )
        with naming(where):
            check_answered(frame[name])
    called = _Called(where, numbers)
    if form.classes:
        return _class_numbers(frame[form.target[0]], form.classes, called)
    read = _labels if form.task == "labels" else _values
    return np.stack([read(frame[name], called) for name in form.target], axis=1)


def has_answers(frame: pl.DataFrame | LargeTable, targets: Sequence[str]) -> pl.Series:
    """Return, for each row, whether none of the columns `targets` is missing.

    >>> has_answers(pl.DataFrame({"y": [1, None, 3]}), ["y"]).to_list()
    [True, False, True]
    """
    given = pl.Series([True]).new_from_index(0, len(frame))
    for name in targets:
        given = given & is_given(frame[name])
    return given


def answered(frame: pl.DataFrame, targets: Sequence[str]) -> pl.DataFrame:
    """Return the rows in which none of the columns `targets` is missing."""
    given = has_answers(frame, targets)
    return frame if given.all() else frame.filter(given)


class _Called(NamedTuple):
    """Hold what a table and its rows are called in errors."""

    where: str
    numbers: pl.Series | None

    def cell(self, cells: pl.Series, row: int) -> str:
        """Return what a target is in a row, by its place."""
        place = f"in row {row_number(row, self.numbers):,}"
        return f"{self.where}: target {cells.name!r} is {cells[row]!r} {place}"


def _class_numbers(
    cells: pl.Series, classes: Sequence[str], called: _Called
) -> NDArray[np.int32]:
    texts = as_numerals(cells) if are_numerals(classes) else as_texts(cells)
    numbers = texts.replace_strict(
        classes, range(len(classes)), default=None, return_dtype=pl.Int32
    )
    if numbers.null_count():
        row = numbers.is_null().arg_max() or 0
        raise DataError(
            f"{called.cell(texts, row)}, which is no class; "
            f"{suggest(texts[row], classes)}classes: {', '.join(classes[:_SHOWN])}."
        )
    return numbers.to_numpy()


def _labels(cells: pl.Series, called: _Called) -> NDArray[np.float32]:
    answers = as_booleans(cells)
    if answers.null_count():
        raise DataError(
            f"{called.cell(cells, answers.is_null().arg_max() or 0)}; a label is yes "
            "or no, true or false, 1 or 0: mend the cell, or learn all targets as "
            "values with --task regression."
        )
    return answers.to_numpy().astype(np.float32)


def _values(cells: pl.Series, called: _Called) -> NDArray[np.float64]:
    values = answer_numbers(cells).to_numpy()
    finite = np.abs(values) <= np.finfo(np.float32).max
    if not finite.all():
        raise DataError(
            f"{called.cell(cells, int(np.argmin(finite)))}; give a finite number, or "
            "learn texts as classes with --task classification."
        )
    return values
