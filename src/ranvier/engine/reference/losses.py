"""losses: how far answers are from the truth, and the gradient with which it starts.

For answers and targets y (N, M), forward returns the loss of each row (N,), and
backward the gradient of the mean over the rows (N, M).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ranvier.engine.reference.activations import sigmoid, softmax
from ranvier.engine.reference.array import Array


class Loss(NamedTuple):
    """Pair a loss with its gradient.

    from_sums: whether the answers are the sums z of the output layer, before its
        activation. Then the loss holds the activation in itself: log(softmax(z))
        taken in one go stays exact where softmax(z) alone would round to 0.
    """

    forward: Callable[[Array, Array], Array]
    backward: Callable[[Array, Array], Array]
    from_sums: bool


def mse(p: Array, y: Array) -> Array:
    """Return the mean squared error over the M outputs."""
    rows: Array = ((p - y) ** 2).mean(axis=1)
    return rows


def mse_backward(p: Array, y: Array) -> Array:
    """Return grad_p = 2 (p - y) / M, over N rows."""
    return 2 * (p - y) / p.size


def cross_entropy(z: Array, y: Array) -> Array:
    """Return -sum(y log p) where p = softmax(z)."""
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows: Array = -(y * log_p).sum(axis=1)
    return rows


def cross_entropy_backward(z: Array, y: Array) -> Array:
    """Return grad_z = p - y, over N rows; each row of y sums to 1."""
    return (softmax(z) - y) / len(z)


def binary_cross_entropy(z: Array, y: Array) -> Array:
    """Return -(y log p + (1 - y) log(1 - p)) where p = sigmoid(z), mean over M."""
    log_p = np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))
    rows: Array = (z * (1 - y) - log_p).mean(axis=1)
    return rows


def binary_cross_entropy_backward(z: Array, y: Array) -> Array:
    """Return grad_z = (p - y) / M, over N rows."""
    return (sigmoid(z) - y) / z.size


LOSSES = {
    "mse": Loss(mse, mse_backward, from_sums=False),
    "cross_entropy": Loss(cross_entropy, cross_entropy_backward, from_sums=True),
    "binary_cross_entropy": Loss(
        binary_cross_entropy, binary_cross_entropy_backward, from_sums=True
    ),
}
