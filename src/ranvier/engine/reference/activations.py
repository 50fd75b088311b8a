"""activations: what a node does to its sum z, and how the gradient comes back.

z is the sum, a = forward(z) the output, both (N, …, M). Given grad_a, the gradient of
the loss by a, backward returns grad_z, the gradient by z: the chain rule.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.network.activations import (
    LEAKY_SLOPE,
    SELU_ALPHA,
    SELU_SCALE,
    LeakyReLU,
)
from ranvier.network.layers.parameter import PRELU_START


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


def leaky_relu(z: Array, slope: float | Array = LEAKY_SLOPE) -> Array:
    """Return z above zero, and a little of z elsewhere."""
    return np.where(z > 0, z, slope * z)


def leaky_relu_backward(
    grad_a: Array, z: Array, a: Array, slope: float | Array = LEAKY_SLOPE
) -> Array:
    """Return grad_z where da/dz is 1 above zero, and the slope elsewhere."""
    return np.where(z > 0, grad_a, slope * grad_a)


def slope_gradient(grad_a: Array, z: Array) -> Array:
    """Return the gradient of prelu's slopes (M,): each met every sum below zero."""
    met: Array = np.where(z > 0, 0, grad_a * z)
    gradient: Array = met.reshape(-1, z.shape[-1]).sum(axis=0)
    return gradient


def elu(z: Array) -> Array:
    """Return z above zero, and exp(z) - 1 elsewhere."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def elu_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz is 1 above zero, and exp(z) = a + 1 elsewhere."""
    grad_z: Array = grad_a * np.where(z > 0, 1, a + 1)
    return grad_z


def selu(z: Array) -> Array:
    """Return elu, its lower half stretched, then the whole of it."""
    return SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * elu(z))


def selu_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz is SCALE above zero, SCALE ALPHA exp(z) elsewhere."""
    return grad_a * np.where(z > 0, SELU_SCALE, a + SELU_SCALE * SELU_ALPHA)


def _share_below(z: Array) -> Array:
    """Return the share of a normal variable that lies below z."""
    from scipy.special import ndtr  # which takes a third of a second to import

    share: Array = ndtr(z)
    return share


def gelu(z: Array) -> Array:
    """Return z Φ(z), where Φ(z) is the share of a normal distribution below z."""
    a: Array = z * _share_below(z)
    return a


def gelu_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz = Φ(z) + z φ(z), with φ the normal density."""
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    grad_z: Array = grad_a * (_share_below(z) + z * density)
    return grad_z


def silu(z: Array) -> Array:
    """Return z s where s = sigmoid(z)."""
    return z * sigmoid(z)


def silu_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz = s + z s (1 - s)."""
    s = sigmoid(z)
    return grad_a * (s + z * s * (1 - s))


def softplus(z: Array) -> Array:
    """Return log(1 + exp(z)), written so that exp never overflows."""
    a: Array = np.logaddexp(0, z)
    return a


def softplus_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz = sigmoid(z)."""
    return grad_a * sigmoid(z)


def mish(z: Array) -> Array:
    """Return z t where t = tanh(softplus(z))."""
    a: Array = z * np.tanh(softplus(z))
    return a


def mish_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz = t + z (1 - t²) sigmoid(z)."""
    t = np.tanh(softplus(z))
    grad_z: Array = grad_a * (t + z * (1 - t**2) * sigmoid(z))
    return grad_z


def hard_sigmoid(z: Array) -> Array:
    """Return z / 6 + 1/2, cut off at 0 and 1."""
    a: Array = np.clip(z / 6 + 0.5, 0, 1)
    return a


def hard_sigmoid_backward(grad_a: Array, z: Array, a: Array) -> Array:
    """Return grad_z where da/dz is a sixth between the cuts, and 0 beyond them."""
    return np.where((a > 0) & (a < 1), grad_a / 6, 0)


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
    # as it starts; see `computed` for the slopes that are learnt
    "prelu": Activation(
        partial(leaky_relu, slope=PRELU_START),
        partial(leaky_relu_backward, slope=PRELU_START),
    ),
    "elu": Activation(elu, elu_backward),
    "selu": Activation(selu, selu_backward),
    "gelu": Activation(gelu, gelu_backward),
    "silu": Activation(silu, silu_backward),
    "mish": Activation(mish, mish_backward),
    "softplus": Activation(softplus, softplus_backward),
    "hard_sigmoid": Activation(hard_sigmoid, hard_sigmoid_backward),
    "softmax": Activation(softmax, softmax_backward),
}


def computed(activation: str | LeakyReLU, own: Mapping[str, Array]) -> Activation:
    """Return the functions of a layer's activation, with its slopes in them.

    `own` are the layer's arrays: those of prelu are its `slope` (M,), one for each
    unit or channel.
    """
    if isinstance(activation, str) and activation != "prelu":
        return ACTIVATIONS[activation]
    slope = own["slope"] if isinstance(activation, str) else activation.slope
    return Activation(
        partial(leaky_relu, slope=slope), partial(leaky_relu_backward, slope=slope)
    )
