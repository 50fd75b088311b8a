"""split: rows for training, for validation and for the test, drawn by seed."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import DataError

Rows = NDArray[np.intp]


class SplitRows(NamedTuple):
    """Hold the positions of each part, sorted; None where a part was not asked for."""

    train: Rows
    validation: Rows | None
    test: Rows | None


class Draw(NamedTuple):
    """Draw rows by seed: each class by its share where there are `classes`.

    labels: (N,) class numbers; None for regression.
    """

    labels: NDArray[Any] | None
    classes: tuple[str, ...]
    random: np.random.RandomState

    def part(self, rows: Rows, size: int, share: str) -> tuple[Rows, Rows]:
        """Return (what stays, a part of `size`) of `rows`.

        Raises:
            DataError: there are too few rows, or too few of a class.
        """
        from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

        if not 1 <= size < len(rows):
            raise DataError(
                f"{share} of {len(rows)} rows is a part of {size}, which leaves "
                f"{len(rows) - size} to train on; give more rows, or another share."
            )
        splitter: type = ShuffleSplit
        labels = None
        if self.labels is not None:
            labels = self.labels[rows]
            self._check_classes(labels, size, share)
            splitter = StratifiedShuffleSplit
        draw = splitter(n_splits=1, test_size=size, random_state=self.random)
        kept, drawn = next(draw.split(np.zeros((len(rows), 1), np.uint8), labels))
        return np.sort(rows[kept]), np.sort(rows[drawn])

    def _check_classes(self, labels: NDArray[Any], size: int, share: str) -> None:
        numbers, counts = np.unique(labels, return_counts=True)
        rarest = int(counts.argmin())
        if counts[rarest] < 2:
            raise DataError(
                f"the class {self.classes[numbers[rarest]]!r} has 1 row left for two "
                f"parts ({share}); give more rows of it, leave the class out, or give "
                "a share of 0."
            )
        if min(size, len(labels) - size) < len(numbers):
            raise DataError(
                f"{share} of {len(labels)} rows is a part of {size} beside one of "
                f"{len(labels) - size}, too small for {len(numbers)} classes; give "
                "more rows or another share; numbers that are no classes: give "
                'task="regression".'
            )


def check_shares(validation: float, test: float) -> None:
    """Make sure that the shares leave rows to train on.

    Raises:
        DataError: a share is not in 0 to 1, or they leave nothing.
    """
    for name, share in (("validation", validation), ("test", test)):
        if not isinstance(share, (int, float, np.number)) or not 0 <= share < 1:
            raise DataError(
                f"split({name}={share!r}): {name} must be a share of the rows, at "
                "least 0 and below 1; 0.1 is usual, 0 is no such part."
            )
    if validation + test >= 1:
        raise DataError(
            f"split(validation={validation}, test={test}): nothing is left to train "
            "on; give shares that add up to less than 1."
        )


def check_seed(seed: int) -> None:
    """Make sure that `seed` is one.

    Raises:
        DataError: it is not an integer, or negative.
    """
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise DataError(
            f"split(seed={seed!r}): seed must be an integer, 0 or more; the same seed "
            "gives the same parts."
        )


def split_rows(draw: Draw, rows: Rows, validation: float, test: float) -> SplitRows:
    """Set aside the shares `test` and `validation` of `rows` (N,).

    Raises:
        DataError: there are no rows, too few of them, or too few of a class.
    """
    count = len(rows)
    if not count:
        raise DataError(
            "there are no rows to train on; give data with rows outside the test part."
        )
    kept, parts = rows, []
    for name, share in (("test", test), ("validation", validation)):
        if share:
            size = max(1, round(share * count))
            kept, part = draw.part(kept, size, f"{name}={share:g}")
        parts.append(part if share else None)
    return SplitRows(kept, parts[1], parts[0])


def seeded(seed: int) -> np.random.RandomState:
    """Return the stream of random numbers that splits are drawn from."""
    return np.random.RandomState(np.random.MT19937(np.random.SeedSequence([seed, 2])))
