"""answers: the target columns of a frame → class numbers, or values."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ranvier.data.table.cells import as_booleans, as_texts, is_given
from ranvier.data.table.form import Form
from ranvier.data.table.task import answer_numbers, check_answered
from ranvier.errors import DataError, suggest

Answers = NDArray[np.int32] | NDArray[np.float32]
_SHOWN = 20


def read_answers(frame: pl.DataFrame, form: Form, *, where: str = "data") -> Answers:
    """Return class numbers (N,) int32, or values (N, M) float32 as they stand.

    Labels are 1 for yes and 0 for no.

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
        try:
            check_answered(frame[name])
        except DataError as error:
            raise DataError(f"{where}: {error}") from None
    if form.classes:
        return _class_numbers(frame[form.target[0]], form.classes, where)
    read = _labels if form.task == "labels" else _values
    return np.stack([read(frame[name], where) for name in form.target], axis=1)


def answered(frame: pl.DataFrame, targets: Sequence[str]) -> pl.DataFrame:
    """Return the rows in which none of the columns `targets` is missing.

    >>> answered(pl.DataFrame({"y": [1, None, 3]}), ["y"])["y"].to_list()
    [1, 3]
    """
    kept = pl.Series([True]).new_from_index(0, len(frame))
    for name in targets:
        kept = kept & is_given(frame[name])
    return frame if kept.all() else frame.filter(kept)


def _class_numbers(
    cells: pl.Series, classes: Sequence[str], where: str
) -> NDArray[np.int32]:
    texts = as_texts(cells)
    numbers = texts.replace_strict(
        classes, range(len(classes)), default=None, return_dtype=pl.Int32
    )
    if numbers.null_count():
        row = numbers.is_null().arg_max() or 0
        raise DataError(
            f"{where}: target {cells.name!r} is {texts[row]!r} in row {row + 1:,}, "
            f"which is no class; {suggest(texts[row], classes)}classes: "
            f"{', '.join(classes[:_SHOWN])}."
        )
    return numbers.to_numpy()


def _labels(cells: pl.Series, where: str) -> NDArray[np.float32]:
    answers = as_booleans(cells)
    if answers.null_count():
        row = answers.is_null().arg_max() or 0
        raise DataError(
            f"{where}: target {cells.name!r} is {cells[row]!r} in row {row + 1:,}; a "
            "label is yes or no, true or false, 1 or 0: mend the cell, or learn all "
            "targets as values with --task regression."
        )
    return answers.to_numpy().astype(np.float32)


def _values(cells: pl.Series, where: str) -> NDArray[np.float32]:
    numbers = answer_numbers(cells)
    with np.errstate(over="ignore"):
        values = numbers.to_numpy().astype(np.float32)
    finite = np.isfinite(values)
    if not finite.all():
        row = int(np.argmin(finite))
        raise DataError(
            f"{where}: target {cells.name!r} is {cells[row]!r} in row {row + 1:,}; "
            "give a finite number, or learn texts as classes with "
            "--task classification."
        )
    return values
