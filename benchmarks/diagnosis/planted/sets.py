"""sets: small real data and clouds, for faults to be planted in."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets

from ranvier.data import Dataset, Parts, from_arrays
from ranvier.network import Dense, Network
from ranvier.recipe import Adam, Recipe

NAMES = ("iris", "wine", "breast_cancer", "digits", "diabetes")


class Rows(NamedTuple):
    """Hold inputs (N, K), and targets (N,): class numbers, or values."""

    inputs: NDArray[Any]
    targets: NDArray[Any]

    def data(self) -> Dataset:
        return from_arrays(self.inputs, self.targets)

    def at(self, rows: NDArray[Any]) -> "Rows":
        return Rows(self.inputs[rows], self.targets[rows])


def real(name: str, seed: int) -> Rows:
    """Return one of scikit-learn's small data sets, its rows in a drawn order."""
    loaded = getattr(datasets, f"load_{name}")()
    inputs, targets = loaded.data.astype(np.float32), loaded.target
    if name == "diabetes":
        targets = (targets - targets.mean()) / targets.std()
    order = np.random.default_rng(seed).permutation(len(inputs))
    return Rows(inputs[order], targets[order])


def clouds(
    seed: int, rows: int, *, classes: int = 3, columns: int = 8, apart: float = 1.0
) -> Rows:
    """Return normal clouds around centres, `apart` deviations from the middle."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(classes, columns))
    centres *= apart / np.linalg.norm(centres, axis=1, keepdims=True)
    targets = random.permutation(np.arange(rows) % classes)
    inputs = centres[targets] + random.normal(size=(rows, columns))
    return Rows(inputs.astype(np.float32), targets)


def parted(rows: Rows, train: int, validation: int) -> Parts:
    """Return the first rows to train on, and those after them for validation."""
    data = rows.data()
    order = np.arange(train + validation)
    return Parts(data.take(order[:train]), data.take(order[train:]), None)


def network(rows: Rows, *hidden: int) -> Network:
    """Return hidden relu layers of these sizes with the output that the rows need."""
    if rows.targets.dtype.kind == "f":
        last = Dense(1)
    else:
        last = Dense(int(rows.targets.max()) + 1, "softmax")
    return Network((*(Dense(size, "relu") for size in hidden), last))


def recipe(seed: int, **changes: Any) -> Recipe:
    """Return a training of some thousand rows in a fraction of a second."""
    usual: dict[str, Any] = {
        "optimizer": Adam(0.003),
        "epochs": 60,
        "validation": 0.25,
        "test": 0.0,
    }
    return Recipe(**(usual | {"seed": seed} | changes))
