"""draw: rows drawn by seed, each class by its share where there are classes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import DataError

Rows = NDArray[np.intp]
Counts = NDArray[np.intp]


class Draw(NamedTuple):
    """Hold what rows are drawn by.

    labels: (N,) class numbers; None where classes do not matter.
    values: (N,) what else is known of each row, such as its group.
    numbers: (N,) what the rows are called in errors.
    """

    labels: NDArray[Any] | None
    classes: tuple[str, ...]
    random: np.random.RandomState
    values: NDArray[Any] | None
    numbers: NDArray[Any]

    def part(self, rows: Rows, size: int, share: str) -> tuple[Rows, Rows]:
        """Return (what stays, a part of `size`) of `rows`, both sorted.

        To the bit as scikit-learn's ShuffleSplit and StratifiedShuffleSplit draw one
        part: importing those takes longer than many a training.

        Raises:
            DataError: there are too few rows of a class.
        """
        if self.labels is None:
            mixed = self.random.permutation(len(rows))
            return np.sort(rows[mixed[size:]]), np.sort(rows[mixed[:size]])
        labels = self.labels[rows]
        self._check_classes(labels, size, share)
        kept, drawn = _stratified(labels, size, self.random)
        return rows[kept], rows[drawn]

    def _check_classes(self, labels: NDArray[Any], size: int, share: str) -> None:
        numbers, counts = np.unique(labels, return_counts=True)
        rarest = int(counts.argmin())
        if counts[rarest] < 2:
            raise DataError(
                f"the class {self.classes[numbers[rarest]]!r} has 1 row left for two "
                f"parts ({share}); give more rows of it, leave the class out, give a "
                "share of 0, or part the rows without regard to classes (split "
                "random)."
            )
        if min(size, len(labels) - size) < len(numbers):
            raise DataError(
                f"{share} of {len(labels)} rows is a part of {size} beside one of "
                f"{len(labels) - size}, too small for {len(numbers)} classes; give "
                "more rows or another share; numbers that are no classes: give "
                'task="regression".'
            )


def seeded(seed: int, *more: int) -> np.random.RandomState:
    """Return a stream of random numbers that splits or folds are drawn from."""
    mixed = np.random.SeedSequence([seed, 2, *more])
    return np.random.RandomState(np.random.MT19937(mixed))


def check_seed(seed: int, call: str = "split") -> None:
    """Make sure that `seed` is one.

    Raises:
        DataError: it is not an integer, or negative.
    """
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise DataError(
            f"{call}(seed={seed!r}): seed must be an integer, 0 or more; the same seed "
            "gives the same parts."
        )


def _stratified(
    labels: NDArray[Any], size: int, random: np.random.RandomState
) -> tuple[Rows, Rows]:
    """Return the places (kept, drawn) in `labels`, each class by its share."""
    _, numbers, counts = np.unique(labels, return_inverse=True, return_counts=True)
    of_class = np.split(np.argsort(numbers, kind="stable"), counts.cumsum()[:-1])
    kept = _shares(counts, len(labels) - size, random)
    drawn = _shares(counts - kept, size, random)
    mixed = [one[random.permutation(len(one))] for one in of_class]
    pairs = list(zip(mixed, kept, drawn, strict=True))
    first = np.concatenate([rows[:stay] for rows, stay, _ in pairs])
    last = np.concatenate([rows[stay : stay + go] for rows, stay, go in pairs])
    # Sorted below, the rows need no mixing; the stream goes on as if they were mixed.
    random.permutation(len(first)), random.permutation(len(last))
    return np.sort(first), np.sort(last)


def _shares(counts: Counts, size: int, random: np.random.RandomState) -> Counts:
    """Return how many of `size` fall on each class: the whole part of its share.

    What is left over goes to the largest remainders, among equal ones by chance.
    """
    exact = counts / counts.sum() * size
    shares = np.floor(exact)
    left, remainders = int(size - shares.sum()), exact - shares
    for value in np.unique(remainders)[::-1]:
        if left <= 0:
            break
        alike = np.flatnonzero(remainders == value)
        shares[random.choice(alike, min(len(alike), left), replace=False)] += 1
        left -= min(len(alike), left)
    whole: Counts = shares.astype(np.intp)
    return whole
