"""activations: what a node does to its sum z, and how the gradient comes back.

z is the sum, a = forward(z) the output, both (N, M). Given grad_a, the gradient of
the loss by a, backward returns grad_z, the gradient by z: the chain rule.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.network.activations import LEAKY_SLOPE


class Activation(NamedTuple):
    """Pair a function of z with its backward, a function of grad_a, z and a."""

    forward: Callable[[Array], Array]
    backward: Callable[[Array, Array, Array], Array]


def identity(z: Array) -> Array:
    """Return z."""
    return z


def identity_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz = 1."""
    return grad_a


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), written so that exp never overflows."""
    small = np.exp(-np.abs(z))
    a: Array = np.where(z >= 0, 1, small) / (1 + small)
    return a


def sigmoid_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz = a (1 - a), at most a quarter."""
    return grad_a * a * (1 - a)


def tanh(z: Array) -> Array:
    """Return (exp(z) - exp(-z)) / (exp(z) + exp(-z))."""
    return np.tanh(z)


def tanh_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz = 1 - a²."""
    return grad_a * (1 - a**2)


def relu(z: Array) -> Array:
    """Return max(0, z)."""
    return np.maximum(0, z)


def relu_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz is 1 above zero, and 0 elsewhere."""
    return np.where(z > 0, grad_a, 0)


def leaky_relu(z: Array) -> Array:
    """Return z above zero, and a hundredth of z elsewhere."""
    return np.where(z > 0, z, LEAKY_SLOPE * z)


def leaky_relu_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz is 1 above zero, and a hundredth elsewhere."""
    return np.where(z > 0, grad_a, LEAKY_SLOPE * grad_a)


def softmax(z: Array) -> Array:
    """Return exp(z) / sum(exp(z)) for each row; taking off the maximum changes nothing.

    It keeps exp from overflowing.
    """
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    a: Array = exponentials / exponentials.sum(axis=1, keepdims=True)
    return a


def softmax_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da_i/dz_j = a_i (1 if i is j, else 0) - a_i a_j."""
    grad_z: Array = a * (grad_a - (grad_a * a).sum(axis=1, keepdims=True))
    return grad_z


ACTIVATIONS = {
    "identity": Activation(identity, identity_backward),
    "sigmoid": Activation(sigmoid, sigmoid_backward),
    "tanh": Activation(tanh, tanh_backward),
    "relu": Activation(relu, relu_backward),
    "leaky_relu": Activation(leaky_relu, leaky_relu_backward),
    "softmax": Activation(softmax, softmax_backward),
}
