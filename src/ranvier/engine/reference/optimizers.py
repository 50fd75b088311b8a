"""optimizers: how a gradient changes a weight.

Each takes its description, the learning rate r, the number t of this step from 1,
the weight w, its gradient g, and what it remembers; it returns the new w and memory.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.recipe import NAG, SGD, Adagrad, Adam, Momentum, RMSprop


class Optimizer(NamedTuple):
    """Pair an update with the names of what it remembers of each weight."""

    update: Callable[..., tuple[Array, ...]]
    slots: tuple[str, ...]


def sgd(o: SGD, r: float, t: int, w: Array, g: Array) -> tuple[Array]:
    """Step against the gradient."""
    return (w - r * g,)


def momentum(
    o: Momentum, r: float, t: int, w: Array, g: Array, v: Array
) -> tuple[Array, Array]:
    """Gather velocity v, and step along it."""
    v = o.momentum * v + g
    return w - r * v, v


def nag(o: NAG, r: float, t: int, w: Array, g: Array, v: Array) -> tuple[Array, Array]:
    """Gather velocity v, and step to where it leads next."""
    v = o.momentum * v + g
    return w - r * (g + o.momentum * v), v


def adagrad(
    o: Adagrad, r: float, t: int, w: Array, g: Array, s: Array
) -> tuple[Array, Array]:
    """Divide by the root of the sum s of all squared gradients."""
    s = s + g**2
    return w - r * g / (np.sqrt(s) + o.epsilon), s


def rmsprop(
    o: RMSprop, r: float, t: int, w: Array, g: Array, s: Array
) -> tuple[Array, Array]:
    """Divide by the root of the running mean s of squared gradients."""
    s = o.decay * s + (1 - o.decay) * g**2
    return w - r * g / (np.sqrt(s) + o.epsilon), s


def adam(
    o: Adam, r: float, t: int, w: Array, g: Array, m: Array, v: Array
) -> tuple[Array, Array, Array]:
    """Step along the running mean m of gradients, over the root of that of squares v.

    Both started at zero; dividing by 1 - beta^t takes that start out.
    """
    m = o.beta_1 * m + (1 - o.beta_1) * g
    v = o.beta_2 * v + (1 - o.beta_2) * g**2
    mean, square = m / (1 - o.beta_1**t), v / (1 - o.beta_2**t)
    return w - r * mean / (np.sqrt(square) + o.epsilon), m, v


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(sgd, ()),
    "momentum": Optimizer(momentum, ("velocity",)),
    "nag": Optimizer(nag, ("velocity",)),
    "adagrad": Optimizer(adagrad, ("sum",)),
    "rmsprop": Optimizer(rmsprop, ("square",)),
    "adam": Optimizer(adam, ("mean", "square")),
}
