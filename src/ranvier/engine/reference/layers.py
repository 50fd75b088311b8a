"""layers: from inputs to sums, and from the gradient of the sums back.

A layer's forward ends at its sums z (N, M); its activation comes after. N rows,
K inputs, M units. `own` holds the layer's arrays by name.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ranvier.engine.reference.array import Array

Own = Mapping[str, Array]


class Layer(NamedTuple):
    """Pair a function of x with its backward, a function of grad_z and x."""

    forward: Callable[[Own, Array], Array]
    backward: Callable[[Own, Array, Array], tuple[dict[str, Array], Array]]


def dense(own: Own, x: Array) -> Array:
    """Return z = x · weight + bias, for x (N, K), weight (K, M) and bias (M,)."""
    z: Array = x @ own["weight"]
    return z + own["bias"] if "bias" in own else z


def dense_backward(own: Own, grad_z: Array, x: Array) -> tuple[dict[str, Array], Array]:
    """Return the gradients of weight and bias by name, and that of x (N, K).

    Each weight met its input on the way to its sum, so they share the blame:
    the gradient of weight[k, m] is the sum over the rows of x[k] grad_z[m].
    """
    gradients = {"weight": x.T @ grad_z, "bias": grad_z.sum(axis=0)}
    return {name: gradients[name] for name in own}, grad_z @ own["weight"].T


LAYERS = {"dense": Layer(dense, dense_backward)}
