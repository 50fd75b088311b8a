"""folds: every row is judged once, by a network that has not learnt from it."""

import heapq
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data.draw import Draw, Rows
from ranvier.errors import DataError, shown

_MOST_GROUPS = 2000  # of more, chance spreads the classes, and searching takes long


def check_folds(count: int | None, repeats: int) -> None:
    """Make sure that the numbers of folds and of repeats are some.

    Raises:
        DataError: they are not.
    """
    for name, value, least in (("count", count, 2), ("repeats", repeats, 1)):
        if name == "count" and value is None:
            continue
        if not isinstance(value, (int, np.integer)) or value < least:
            raise DataError(
                f"folds({name}={shown(value)}): {name} must be an integer, {least} or "
                f"more; {'5 or 10 is' if least == 2 else '1 is'} usual."
            )


def folds(draw: Draw, rows: Rows, count: int | None) -> Iterator[Rows]:
    """Yield each fold of `rows` (N,), sorted; together they are all of them.

    draw: rows with the same of its `values`, if there are any, stay together; each
        class gives each fold its share.
    count: how many; None is one for each group.

    Raises:
        DataError: there are fewer rows, groups or rows of a class than folds.
    """
    groups = None if draw.values is None else draw.values[rows]
    labels = None if draw.labels is None else draw.labels[rows]
    if count is None:
        if groups is None:
            raise DataError(
                "folds(count=None) gives one fold for each group, and there are no "
                "groups; give groups, or a count."
            )
        there = np.flatnonzero(np.bincount(groups))
        _check_enough("groups", len(there), 2)
        for group in there:
            yield rows[groups == group]
        return
    _check_enough("rows", len(rows), count)
    if groups is not None:
        _check_enough("groups", int((np.bincount(groups) > 0).sum()), count)
    if labels is not None:
        _check_classes(labels, draw.classes, count)
    yield from _drawn(rows, labels, groups, count, draw.random)


def _drawn(
    rows: Rows,
    labels: NDArray[Any] | None,
    groups: NDArray[Any] | None,
    count: int,
    random: np.random.RandomState,
) -> Iterator[Rows]:
    from sklearn.model_selection import KFold, StratifiedGroupKFold, StratifiedKFold

    if groups is not None and (labels is None or groups.max() >= _MOST_GROUPS):
        yield from _by_size(rows, groups, count, random)
        return
    kind: type = KFold if labels is None else StratifiedKFold
    if groups is not None:
        kind = StratifiedGroupKFold
    splitter = kind(count, shuffle=True, random_state=random)
    for _, fold in splitter.split(np.zeros((len(rows), 1), np.uint8), labels, groups):
        yield rows[np.sort(fold)]


def _by_size(
    rows: Rows, groups: NDArray[Any], count: int, random: np.random.RandomState
) -> Iterator[Rows]:
    """Yield folds of whole groups: the largest first, each to the smallest fold."""
    _, numbers, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    mixed = random.permutation(len(sizes))
    fold_of = np.zeros(len(sizes), np.intp)
    filled = [(0, fold) for fold in range(count)]
    for group in mixed[np.argsort(-sizes[mixed], kind="stable")]:
        size, fold = heapq.heappop(filled)
        fold_of[group] = fold
        heapq.heappush(filled, (size + int(sizes[group]), fold))
    for fold in range(count):
        yield rows[fold_of[numbers] == fold]


def _check_enough(what: str, there: int, count: int) -> None:
    if there < count:
        raise DataError(
            f"there are {there} {what} for {count} folds; give more {what}, or fewer "
            "folds."
        )


def _check_classes(labels: NDArray[Any], classes: tuple[str, ...], count: int) -> None:
    counts = np.bincount(labels, minlength=len(classes))
    rarest = int(np.where(counts > 0, counts, len(labels) + 1).argmin())
    if counts[rarest] < count:
        raise DataError(
            f"the class {classes[rarest]!r} has {counts[rarest]} rows for {count} "
            "folds, so that some would lack it; give more rows of it, leave it out, or "
            f"give at most {max(2, counts[rarest])} folds; numbers that are no "
            'classes: give task="regression".'
        )
