"""dense: every input to every unit.

N rows, K inputs, M units.
"""

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers.layer import Own, Pass
from ranvier.network import PlacedLayer


def dense(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return z = x · weight + bias, for x (N, K), weight (K, M) and bias (M,)."""
    z: Array = _rows(x) @ own["weight"]
    return z + own["bias"] if "bias" in own else z


def dense_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradients of weight and bias by name, and that of x.

    Each weight met its input on the way to its sum, so they share the blame:
    the gradient of weight[k, m] is the sum over the rows of x[k] grad_z[m].
    """
    gradients = {"weight": _rows(x).T @ grad_z}
    if "bias" in own:
        gradients["bias"] = grad_z.sum(axis=0)
    grad_x = grad_z @ own["weight"].T
    return gradients, np.reshape(grad_x, x.shape)


def _rows(x: Array) -> Array:
    return x.reshape(len(x), -1)
