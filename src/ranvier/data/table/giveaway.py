"""giveaway: columns that tell the target all by themselves, found on held-out rows."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ranvier.data.sources.large import LargeTable
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
Values = NDArray[np.float64]
Halves = tuple[Numbers, Numbers]


class Giveaway(NamedTuple):
    """Name a column that tells the target, and how it does on rows held out.

    share: of the answers that are right, or of the variance that is told.
    """

    column: str
    evidence: str
    share: float


def giveaways(
    frame: pl.DataFrame | LargeTable, form: Form, enough: float = ENOUGH
) -> Iterator[Giveaway]:
    """Yield the learnt columns that tell a single target by themselves.

    Of up to 20,000 rows, each half shows the most frequent class, or the mean value,
    for each value of a column (many numbers in up to 64 bins of like size), and the
    other half is answered by it: the share `enough` is right, or told of the variance.
    A number may also stand in the same order as the target (by rank correlation).
    """
    if len(form.target) > 1:
        return
    rows = answered(_drawn(frame, form), form.target)
    order = np.random.Generator(np.random.Philox(0)).permutation(len(rows))
    if len(rows) < _FEWEST:
        return
    halves = order[: len(rows) // 2], order[len(rows) // 2 :]
    target = rows[form.target[0]]
    classes = _dense(as_texts(target)) if form.classes else None
    values = answer_numbers(target)
    for column in form.learnt:
        cells = read_cells(rows[column.name], column)
        if classes is not None:
            said, share = _tells_class(_codes(cells), classes, halves)
        else:
            said, share = _tells_value(cells, values, halves)
        if share >= enough:
            said = f"on {len(rows):,} held-out rows {said}"
            yield Giveaway(column.name, said, share)


def drawn_step(rows: int) -> int:
    """Return how far apart the rows are that are looked at, of so many."""
    return -(-rows // _ROWS)


def _drawn(frame: pl.DataFrame | LargeTable, form: Form) -> pl.DataFrame:
    step = drawn_step(len(frame))
    names = [column.name for column in form.learnt] + list(form.target)
    return pl.DataFrame([frame[name].gather_every(step) for name in names])


def _tells_class(codes: Numbers, classes: Numbers, halves: Halves) -> tuple[str, float]:
    """Return what to say after "on so many rows", and the share of right answers."""
    if np.bincount(classes).max() > _MOST_EVEN * len(classes):
        return "", 0.0
    size, right = int(codes.max()) + 1, 0
    for shown, held in (halves, halves[::-1]):
        answers = _most_frequent(codes[shown], classes[shown], size)
        right += int((answers[codes[held]] == classes[held]).sum())
    share = right / len(classes)
    return f"it answers {percent(share)} right", share


def _most_frequent(codes: Numbers, classes: Numbers, size: int) -> Numbers:
    """Return the most frequent class for each code (size,), -1 for one not seen."""
    width = int(classes.max()) + 1
    pairs, counts = np.unique(codes * width + classes, return_counts=True)
    answers = np.full(size, -1, np.int64)
    by_count = np.argsort(counts, kind="stable")
    answers[pairs[by_count] // width] = pairs[by_count] % width
    return answers


def _tells_value(
    cells: pl.Series, target: pl.Series, halves: Halves
) -> tuple[str, float]:
    """Return what to say after "on so many rows", and the share that is told."""
    values = target.fill_null(0.0).to_numpy()
    if not np.isfinite(values).all():
        return "", 0.0
    values = values / (np.abs(values).max() or 1.0)  # whose squares are no infinity
    if values.std() == 0:
        return "", 0.0
    if cells.dtype != pl.String and not cells.null_count():
        ranks = cells.rank().to_numpy(), target.rank().to_numpy()
        alike = float(abs(np.corrcoef(*ranks)[0, 1])) if ranks[0].std() else 0.0
        if alike >= ENOUGH:
            return "both stand in the same order", alike
    codes, left = _codes(cells), 0.0
    for shown, held in (halves, halves[::-1]):
        means = _means(codes[shown], values[shown], int(codes.max()) + 1)
        left += float(((values[held] - means[codes[held]]) ** 2).sum())
    told = 1 - left / (len(values) * float(values.var()))
    return f"it tells {percent(told)} of the variance", told


def _means(codes: Numbers, values: Values, size: int) -> Values:
    """Return the mean value for each code (size,), that of all for one not seen."""
    counts = np.bincount(codes, minlength=size)
    sums = np.bincount(codes, values, minlength=size)
    means: Values = np.where(counts, sums / np.maximum(counts, 1), values.mean())
    return means


def _codes(cells: pl.Series) -> Numbers:
    """Return a number for each different cell, or for each bin of many numbers.

    A missing cell is 0.
    """
    codes = _dense(cells)
    bins = min(_BINS, len(cells) // _IN_BIN)
    if cells.dtype == pl.String or codes.max() <= bins:
        return codes
    counts = np.bincount(codes)
    counts[0] = 0
    below = np.cumsum(counts) - counts  # how many cells are less than those of a code
    return np.where(codes > 0, below[codes] * bins // len(cells) + 1, 0)


def _dense(cells: pl.Series) -> Numbers:
    return cells.rank("dense").fill_null(0).to_numpy().astype(np.int64)
