"""batches: the order in which an epoch sees its rows."""

import numpy as np
from numpy.typing import NDArray


def epoch_order(rows: NDArray[np.uint32], seed: int, epoch: int) -> NDArray[np.uint32]:
    """Return `rows` (N,) in the shuffled order of `epoch`, counted from 1.

    The order depends on nothing but the arguments: it is the same for every engine,
    and on resuming. Batches are consecutive runs of it.

    >>> epoch_order(np.arange(5, dtype=np.uint32), seed=0, epoch=1).size
    5
    """
    stream = np.random.Philox(np.random.SeedSequence([seed, 1, epoch]))
    return np.random.Generator(stream).permutation(rows)
