"""losses: how far answers are from the truth, and the gradient with which it starts.

For answers and targets y (N, M), forward returns the loss of each row (N,), and
backward its gradient by the answers (N, M).
"""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.reference.activations import sigmoid, softmax
from ranvier.engine.reference.array import Array
from ranvier.recipe import Loss as Described

NONE = 1e-8  # keeps the logarithm of poisson finite
_LEAST = 1e-30


class Loss(NamedTuple):
    """Pair a loss with its gradient.

    from_sums: whether the answers are the sums z of the output layer, before its
        activation. Then the loss holds the activation in itself: log(softmax(z))
        taken in one go stays exact where softmax(z) alone would round to 0.
    """

    forward: Callable[..., Array]
    backward: Callable[..., Array]
    from_sums: bool


def mse(p: Array, y: Array) -> Array:
    """Return the mean squared error over the M outputs."""
    return _mean((p - y) ** 2)


def mse_backward(p: Array, y: Array) -> Array:
    """Return grad_p = 2 (p - y) / M."""
    return _shared(2 * (p - y))


def mae(p: Array, y: Array) -> Array:
    """Return the mean size of the errors over the M outputs."""
    return _mean(np.abs(p - y))


def mae_backward(p: Array, y: Array) -> Array:
    """Return grad_p = sign(p - y) / M; of no error, 0."""
    return _shared(np.sign(p - y))


def huber(p: Array, y: Array, delta: float) -> Array:
    """Return the mean of a parabola up to delta that goes on as a line."""
    size = np.abs(p - y)
    return _mean(np.where(size > delta, delta * (size - delta / 2), size**2 / 2))


def huber_backward(p: Array, y: Array, delta: float) -> Array:
    """Return grad_p = (p - y) / M, cut off at delta / M on both sides."""
    return _shared(np.clip(p - y, -delta, delta))


def log_cosh(p: Array, y: Array) -> Array:
    """Return the mean of log(cosh(p - y)), written so that cosh never overflows."""
    size = np.abs(p - y)
    return _mean(size + np.log1p(np.exp(-2 * size)) - np.log(2))


def log_cosh_backward(p: Array, y: Array) -> Array:
    """Return grad_p = tanh(p - y) / M."""
    return _shared(np.tanh(p - y))


def cross_entropy(z: Array, y: Array, label_smoothing: float = 0.0) -> Array:
    """Return -sum(y log p) where p = softmax(z)."""
    y = y * (1 - label_smoothing) + label_smoothing / y.shape[1]
    rows: Array = -(y * _log_softmax(z)).sum(axis=1)
    return rows


def cross_entropy_backward(z: Array, y: Array, label_smoothing: float = 0.0) -> Array:
    """Return grad_z = p - y; each row of y sums to 1."""
    y = y * (1 - label_smoothing) + label_smoothing / y.shape[1]
    return softmax(z) - y


def binary_cross_entropy(
    z: Array,
    y: Array,
    label_smoothing: float = 0.0,
    label_weights: Array | None = None,
) -> Array:
    """Return -(y log p + (1 - y) log(1 - p)) where p = sigmoid(z), mean over M.

    label_weights: (2, M), what (1 - y) log(1 - p) weighs and what y log p does.
    """
    y = y * (1 - label_smoothing) + label_smoothing / 2
    log_p = np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))
    if label_weights is None:
        return _mean(z * (1 - y) - log_p)
    no, yes = label_weights
    return _mean(no * (1 - y) * (z - log_p) - yes * y * log_p)


def binary_cross_entropy_backward(
    z: Array,
    y: Array,
    label_smoothing: float = 0.0,
    label_weights: Array | None = None,
) -> Array:
    """Return grad_z = (p - y) / M, weighed (b (1 - y) p - a y (1 - p)) / M."""
    y = y * (1 - label_smoothing) + label_smoothing / 2
    if label_weights is None:
        return _shared(sigmoid(z) - y)
    no, yes = label_weights
    return _shared(no * (1 - y) * sigmoid(z) - yes * y * sigmoid(-z))


def focal(z: Array, y: Array, gamma: float) -> Array:
    """Return -sum(y (1 - p)^gamma log p) where p = softmax(z)."""
    rows: Array = -(y * (1 - softmax(z)) ** gamma * _log_softmax(z)).sum(axis=1)
    return rows


def focal_backward(z: Array, y: Array, gamma: float) -> Array:
    """Return grad_z = h - p sum(h), where h is p times the gradient by p.

    That is h = y (gamma p (1 - p)^(gamma - 1) log p - (1 - p)^gamma), and p in h - p
    sum(h) comes from the Jacobian of softmax. The first term is 0 where p is 1.
    """
    p, log_p = softmax(z), _log_softmax(z)
    rest = np.maximum(1 - p, np.finfo(np.float64).tiny)
    h = y * (gamma * p * rest ** (gamma - 1) * log_p - rest**gamma)
    grad_z: Array = h - p * h.sum(axis=1, keepdims=True)
    return grad_z


def hinge(p: Array, y: Array) -> Array:
    """Return the mean of what lacks in a margin of 1, where t is ±1 for y 1 or 0."""
    return _mean(np.maximum(0, 1 - (2 * y - 1) * p))


def hinge_backward(p: Array, y: Array) -> Array:
    """Return grad_p = -t / M where the margin is missed, and 0 elsewhere."""
    t = 2 * y - 1
    return _shared(np.where(t * p < 1, -t, 0))


def poisson(p: Array, y: Array) -> Array:
    """Return the mean of p - y log p."""
    return _mean(p - y * np.log(p + NONE))


def poisson_backward(p: Array, y: Array) -> Array:
    """Return grad_p = (1 - y / p) / M."""
    return _shared(1 - y / (p + NONE))


def quantile(p: Array, y: Array, quantile: float) -> Array:
    """Return the mean of the errors, those above weighing 1 - quantile."""
    d = p - y
    return _mean(np.maximum((1 - quantile) * d, -quantile * d))


def quantile_backward(p: Array, y: Array, quantile: float) -> Array:
    """Return grad_p = (1 - quantile) / M above y, -quantile / M below, 0 on it."""
    d = p - y
    return _shared(np.where(d > 0, 1 - quantile, np.where(d < 0, -quantile, 0)))


LOSSES = {
    "mse": Loss(mse, mse_backward, from_sums=False),
    "mae": Loss(mae, mae_backward, from_sums=False),
    "huber": Loss(huber, huber_backward, from_sums=False),
    "log_cosh": Loss(log_cosh, log_cosh_backward, from_sums=False),
    "cross_entropy": Loss(cross_entropy, cross_entropy_backward, from_sums=True),
    "binary_cross_entropy": Loss(
        binary_cross_entropy, binary_cross_entropy_backward, from_sums=True
    ),
    "focal": Loss(focal, focal_backward, from_sums=True),
    "hinge": Loss(hinge, hinge_backward, from_sums=False),
    "poisson": Loss(poisson, poisson_backward, from_sums=False),
    "quantile": Loss(quantile, quantile_backward, from_sums=False),
}


def computed(loss: Described, label_weights: NDArray[Any] | None = None) -> Loss:
    """Return the functions of a described loss, with its options in them.

    label_weights: (2, M), which binary_cross_entropy alone takes.
    """
    forward, backward, from_sums = LOSSES[loss.type]
    described: Any = loss
    options = dataclasses.asdict(described)
    if label_weights is not None:
        options["label_weights"] = label_weights.astype(np.float64)
    return Loss(partial(forward, **options), partial(backward, **options), from_sums)


def wanted(targets: NDArray[Any], units: int) -> Array:
    """Return class numbers (N,) or values (N, M) as the answers y (N, M) to be given.

    >>> wanted(np.array([1, 0]), 2).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    if targets.ndim == 1 and units > 1:
        targets = np.eye(units)[targets]
    return targets.reshape(len(targets), units).astype(np.float64)


def row_losses(
    loss: Described, outputs: NDArray[Any], targets: NDArray[Any], activation: str
) -> Array:
    """Return the loss of each row (N,), given what the last layer gave, (N, M).

    activation: that of the last layer. A probability that was rounded to 0 or 1 is
        taken to be within 1e-30 of it.
    """
    forward, _, from_sums = computed(loss)
    answers = outputs.astype(np.float64)
    if from_sums:
        sums = np.log(np.maximum(answers, _LEAST))
        is_sigmoid = activation == "sigmoid"
        answers = sums - np.log(np.maximum(1 - answers, _LEAST)) if is_sigmoid else sums
    rows: Array = forward(answers, wanted(targets, outputs.shape[1]))
    return rows


def _mean(terms: Array) -> Array:
    rows: Array = terms.mean(axis=1)
    return rows


def _shared(slopes: Array) -> Array:
    """Return the gradient of a mean over the outputs, given those of its terms."""
    gradient: Array = slopes / slopes.shape[1]
    return gradient


def _log_softmax(z: Array) -> Array:
    z = z - z.max(axis=1, keepdims=True)
    log_p: Array = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return log_p
