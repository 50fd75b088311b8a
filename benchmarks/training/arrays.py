"""arrays: what the workloads learn from, as it lies in memory.

Where no real data are at hand they are drawn from a seed: what a step costs does not
hang on what the numbers mean.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import load

SCALE = 1 / 255  # from a byte to the network's number


class Arrays(NamedTuple):
    """Hold all rows; `scale` turns an input into the network's number.

    inputs: (N, K) uint8 or float32. targets: (N,) int32 classes, or (N, M) float32.
    """

    inputs: NDArray[np.uint8] | NDArray[np.float32]
    targets: NDArray[np.int32] | NDArray[np.float32]
    scale: float = 1.0


def digits(rows: int) -> Arrays:
    """Take MNIST's first rows: the pixels stay bytes, as they lie in the package."""
    first = load("digits").take(np.arange(rows, dtype=np.uint32))
    return Arrays(first.inputs.reshape(rows, -1), first.targets, SCALE)


def dense_digits(rows: int) -> Arrays:
    """Draw floats of the digits' shape, without a zero among them."""
    random = np.random.default_rng(0)
    targets = random.integers(0, 10, rows, dtype=np.int32)
    return Arrays(random.random((rows, 784), np.float32), targets)


def collisions(rows: int) -> Arrays:
    """Draw rows of HIGGS's shape: 28 measurements, and signal or background.

    Baldi, Sadowski and Whiteson 2014.
    """
    random = np.random.default_rng(0)
    inputs = random.standard_normal((rows, 28), np.float32)
    signal = inputs[:, :14].sum(1) * inputs[:, 14:].sum(1) > 0
    return Arrays(inputs, signal.astype(np.int32))


def table(rows: int) -> Arrays:
    """Draw 20 columns, and a number that hangs on them."""
    random = np.random.default_rng(0)
    inputs = random.standard_normal((rows, 20), np.float32)
    return Arrays(inputs, np.sin(inputs).sum(1, keepdims=True))


def ratings(rows: int) -> Arrays:
    """Draw ratings, 1 to 5, of 1,682 films by 943 people: MovieLens 100k's shape."""
    random = np.random.default_rng(0)
    ids = [random.integers(0, count, rows) for count in (1682, 943)]
    stars = random.integers(1, 6, (rows, 1)).astype(np.float32)
    return Arrays(np.stack(ids, axis=1).astype(np.float32), stars)


ARRAYS: dict[str, Callable[[int], Arrays]] = {
    "digits": digits,
    "dense digits": dense_digits,
    "collisions": collisions,
    "table": table,
    "ratings": ratings,
}
