"""giveaway: columns that tell the target all by themselves, found on held-out rows."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ranvier.data.table.answers import answered
from ranvier.data.table.cells import as_texts, read_cells
from ranvier.data.table.facts import percent
from ranvier.data.table.form import Form
from ranvier.data.table.task import answer_numbers

ENOUGH = 0.999  # of the held-out answers are right, or of the variance is told
_MOST_EVEN = 0.98  # of the rows in one class: then a constant is nearly right too
_ROWS = 20_000
_FEWEST = 40  # rows with which anything can be said
_BINS, _IN_BIN = 64, 8  # bins at most, rows in one at least

Numbers = NDArray[np.int64]


class Giveaway(NamedTuple):
    """Name a column that tells the target, and how it does on rows held out."""

    column: str
    evidence: str


def giveaways(frame: pl.DataFrame, form: Form) -> Iterator[Giveaway]:
    """Yield the learnt columns that tell a single target by themselves.

    Of up to 20,000 rows, a half shows the most frequent class, or the mean value, for
    each value of a column (many numbers in up to 64 bins of like size), and the other
    half is answered by it: 999 in 1,000 right, or as much of the variance. A number
    may also stand in the same order as the target (rank correlation of 0.999).
    """
    if len(form.target) > 1:
        return
    rows = answered(_drawn(frame, form), form.target)
    order = np.random.Generator(np.random.Philox(0)).permutation(len(rows))
    if len(rows) < _FEWEST:
        return
    shown, held = order[: len(rows) // 2], order[len(rows) // 2 :]
    target = rows[form.target[0]]
    classes = _dense(as_texts(target)) if form.classes else None
    values = answer_numbers(target)
    for column in form.learnt:
        cells = read_cells(rows[column.name], column)
        if classes is not None:
            said = _tells_class(_codes(cells), classes, shown, held)
        else:
            said = _tells_value(cells, values, shown, held)
        if said:
            yield Giveaway(column.name, said)


def _drawn(frame: pl.DataFrame, form: Form) -> pl.DataFrame:
    step = -(-len(frame) // _ROWS)
    names = [column.name for column in form.learnt] + list(form.target)
    return pl.DataFrame([frame[name].gather_every(step) for name in names])


def _tells_class(
    codes: Numbers, classes: Numbers, shown: Numbers, held: Numbers
) -> str:
    counts = np.bincount(classes[held])
    if counts.max() > _MOST_EVEN * len(held):
        return ""
    answers = _most_frequent(codes[shown], classes[shown], int(codes.max()) + 1)
    right = float((answers[codes[held]] == classes[held]).mean())
    if right < ENOUGH:
        return ""
    return f"it answers {percent(right)} of {len(held):,} held-out rows right"


def _most_frequent(codes: Numbers, classes: Numbers, size: int) -> Numbers:
    """Return the most frequent class for each code (size,), -1 for one not seen."""
    width = int(classes.max()) + 1
    pairs, counts = np.unique(codes * width + classes, return_counts=True)
    answers = np.full(size, -1, np.int64)
    by_count = np.argsort(counts, kind="stable")
    answers[pairs[by_count] // width] = pairs[by_count] % width
    return answers


def _tells_value(
    cells: pl.Series, target: pl.Series, shown: Numbers, held: Numbers
) -> str:
    values = target.fill_null(0.0).to_numpy()
    if not np.isfinite(values).all() or values[held].std() == 0:
        return ""
    if cells.dtype != pl.String and not cells.null_count():
        ranks = cells.rank().to_numpy()[held], target.rank().to_numpy()[held]
        if ranks[0].std() and abs(np.corrcoef(*ranks)[0, 1]) >= ENOUGH:
            return f"both stand in the same order on {len(held):,} held-out rows"
    codes = _codes(cells)
    size = int(codes.max()) + 1
    counts = np.bincount(codes[shown], minlength=size)
    sums = np.bincount(codes[shown], values[shown], minlength=size)
    means = np.where(counts, sums / np.maximum(counts, 1), values[shown].mean())
    left = ((values[held] - means[codes[held]]) ** 2).mean() / values[held].var()
    if left > 1 - ENOUGH:
        return ""
    return (
        f"it tells {percent(1 - left)} of the variance of {len(held):,} held-out rows"
    )


def _codes(cells: pl.Series) -> Numbers:
    """Return a number for each different cell, or for each bin of many numbers.

    A missing cell is 0.
    """
    codes = _dense(cells)
    bins = min(_BINS, len(cells) // _IN_BIN)
    if cells.dtype == pl.String or codes.max() <= bins:
        return codes
    ranks = cells.rank("min").fill_null(0).to_numpy().astype(np.int64)
    return (ranks - 1) * bins // len(cells) + 1


def _dense(cells: pl.Series) -> Numbers:
    return cells.rank("dense").fill_null(0).to_numpy().astype(np.int64)
