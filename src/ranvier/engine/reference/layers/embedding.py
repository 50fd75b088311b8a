"""embedding: a row of learnt numbers for each id."""

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers.layer import Own, Pass
from ranvier.network import PlacedLayer


def embedding(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return the rows that the ids in x (N, K) name, and then its other columns."""
    found = [own[f"table_{number}"][ids] for number, ids in _ids(at, x)]
    return np.concatenate([*found, x[:, _others(at)]], axis=1)


def embedding_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradients of the tables by name, and that of x.

    A row of a table has the sum of the gradients of all who named it; those that
    nobody named have 0, as have the ids.
    """
    gradients = {name: np.zeros_like(table) for name, table in own.items()}
    start = 0
    for number, ids in _ids(at, x):
        table = gradients[f"table_{number}"]
        end = start + table.shape[1]
        np.add.at(table, ids, grad_z[:, start:end])
        start = end
    grad_x = np.zeros_like(x)
    grad_x[:, _others(at)] = grad_z[:, start:]
    return gradients, grad_x


def _ids(at: PlacedLayer, x: Array) -> list[tuple[int, NDArray[np.intp]]]:
    """Return the number of each table, and the ids (N,) for it."""
    columns = enumerate(at.layer.id_columns, 1)
    return [(number, x[:, column].astype(np.intp)) for number, column in columns]


def _others(at: PlacedLayer) -> list[int]:
    return [c for c in range(at.input_shape[0]) if c not in at.layer.id_columns]
