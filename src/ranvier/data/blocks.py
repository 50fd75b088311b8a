"""blocks: a view of many rows → views of some, one after the other."""

from collections.abc import Iterator

import numpy as np

from ranvier.data.dataset import Dataset


def blocks(data: Dataset, rows: int) -> Iterator[Dataset]:
    """Yield views of `rows` rows of `data`, in their order; the last may have fewer.

    >>> from ranvier.data import from_arrays
    >>> coins = from_arrays([[0.5], [0.7], [0.9]], ["tails", "heads", "heads"])
    >>> [len(block) for block in blocks(coins, 2)]
    [2, 1]
    """
    if len(data) <= rows:
        yield data
        return
    for start in range(0, len(data), rows):
        yield data.take(np.arange(start, min(start + rows, len(data))))
