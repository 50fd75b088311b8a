"""significance: whether a difference is more than chance, in standard errors."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def paired(differences: NDArray[Any]) -> float:
    """Return how many standard errors the mean of differences (N,) lies above 0.

    One pseudo-row of the mean size against them all keeps a few equal rows from being
    certain.

    >>> round(paired(np.array([1.0, 0.0, 1.0, 0.0] * 25)), 1)
    9.7
    """
    values = np.asarray(differences, np.float64)
    size = np.abs(values).mean() if len(values) else 0.0
    if size == 0:
        return 0.0
    values = np.append(values, -size)
    return float(values.mean() / (values.std(ddof=1) / np.sqrt(len(values))))


def share_error(share: float, rows: int) -> float:
    """Return the standard error of a share of so many rows, never 0.

    Two rows of each kind are added, so that 20 of 20 are not certain (Agresti and
    Coull 1998, section 2).

    >>> round(share_error(1.0, 20), 3)
    0.056
    """
    smoothed = (share * rows + 2) / (rows + 4)
    return float(np.sqrt(smoothed * (1 - smoothed) / (rows + 4)))


def distances(some: NDArray[Any], others: NDArray[Any]) -> Numbers:
    """Return the Kolmogorov-Smirnov distance of each column of (N, K) and (M, K).

    The largest gap between the shares of rows that lie below a value.

    >>> distances(np.array([[0.0], [1.0]]), np.array([[0.0], [3.0]])).tolist()
    [0.5]
    """
    pooled = np.concatenate([some, others])
    order = np.argsort(pooled, axis=0, kind="stable")
    steps = np.where(order < len(some), 1 / len(some), -1 / len(others))
    gaps = np.abs(steps.cumsum(axis=0))
    values = np.take_along_axis(pooled, order, axis=0)
    is_last = np.ones(values.shape, bool)  # of equal values
    is_last[:-1] = values[1:] != values[:-1]
    largest: Numbers = np.where(is_last, gaps, 0).max(axis=0)
    return largest


def distance_chances(largest: Numbers, rows: int, others: int) -> Numbers:
    """Return how likely chance alone makes distances so large, the same for each.

    Kolmogorov's series by its first term, an upper bound, with the correction of
    Stephens 1970 for few rows.
    """
    size = np.sqrt(rows * others / (rows + others))
    reach = (size + 0.12 + 0.11 / size) * largest
    chances: Numbers = np.minimum(2 * np.exp(-2 * reach**2), 1)
    return chances


def ranked_above(some: NDArray[Any], others: NDArray[Any]) -> tuple[float, float]:
    """Return how often one of `some` lies above one of `others`, and its error.

    The area under the ROC curve, with its standard error where both are alike (Mann
    and Whitney 1947).

    >>> ranked_above(np.array([2.0, 3.0]), np.array([1.0]))[0]
    1.0
    """
    pooled = np.concatenate([some, others])
    _, places, counts = np.unique(pooled, return_inverse=True, return_counts=True)
    ranks = (counts.cumsum() - (counts - 1) / 2)[places]
    n, m = len(some), len(others)
    area = (ranks[:n].sum() - n * (n + 1) / 2) / (n * m)
    return float(area), float(np.sqrt((n + m + 1) / (12 * n * m)))
