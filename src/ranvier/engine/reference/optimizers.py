"""optimizers: how a gradient changes a weight.

Each takes its description, the learning rate r, the number t of this step from 1,
the weight w, its gradient g, and what it remembers; it returns the new w and memory.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.recipe import (
    NAG,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    Muon,
    NAdamW,
    RMSprop,
    ScheduleFree,
)


def here(o: object, w: Array, *memory: Array) -> Array:
    """Take the gradient at the weights themselves."""
    return w


class Optimizer(NamedTuple):
    """Pair an update with the names of what it remembers, and where it looks from.

    slots: of each weight. shared: once for all of them, after the slots. place: where
    the gradient is taken, given description, weights and memory.
    """

    update: Callable[..., tuple[Array, ...]]
    slots: tuple[str, ...]
    shared: tuple[str, ...] = ()
    place: Callable[..., Array] = here


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


def adadelta(
    o: Adadelta, r: float, t: int, w: Array, g: Array, s: Array, u: Array
) -> tuple[Array, Array, Array]:
    """Scale g by the roots of the running means of squared steps u and gradients s."""
    s = o.decay * s + (1 - o.decay) * g**2
    step = np.sqrt(u + o.epsilon) / np.sqrt(s + o.epsilon) * g
    u = o.decay * u + (1 - o.decay) * step**2
    return w - r * step, s, u


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


def adamw(
    o: AdamW, r: float, t: int, w: Array, g: Array, m: Array, v: Array
) -> tuple[Array, Array, Array]:
    """Shrink the weights, then step as Adam does: the decay is not part of g."""
    w = w * (1 - r * o.weight_decay)
    m = o.beta_1 * m + (1 - o.beta_1) * g
    v = o.beta_2 * v + (1 - o.beta_2) * g**2
    mean, square = m / (1 - o.beta_1**t), v / (1 - o.beta_2**t)
    return w - r * mean / (np.sqrt(square) + o.epsilon), m, v


def nadamw(
    o: NAdamW, r: float, t: int, w: Array, g: Array, m: Array, v: Array
) -> tuple[Array, Array, Array]:
    """Shrink the weights, then step along the mean that the next step would see."""
    w = w * (1 - r * o.weight_decay)
    m = o.beta_1 * m + (1 - o.beta_1) * g
    v = o.beta_2 * v + (1 - o.beta_2) * g**2
    ahead = o.beta_1 * m / (1 - o.beta_1 ** (t + 1))
    mean = ahead + (1 - o.beta_1) * g / (1 - o.beta_1**t)
    return w - r * mean / (np.sqrt(v / (1 - o.beta_2**t)) + o.epsilon), m, v


def amsgrad(
    o: AMSGrad, r: float, t: int, w: Array, g: Array, *memory: Array
) -> tuple[Array, Array, Array, Array]:
    """Step as Adam does, over the root of the largest v so far, not of the last."""
    m, v, most = memory
    m = o.beta_1 * m + (1 - o.beta_1) * g
    v = o.beta_2 * v + (1 - o.beta_2) * g**2
    most = np.maximum(most, v)
    mean, square = m / (1 - o.beta_1**t), most / (1 - o.beta_2**t)
    return w - r * mean / (np.sqrt(square) + o.epsilon), m, v, most


def lion(
    o: Lion, r: float, t: int, w: Array, g: Array, m: Array
) -> tuple[Array, Array]:
    """Shrink the weights, then step by the sign of gradient and mean blended."""
    sign = np.sign(o.beta_1 * m + (1 - o.beta_1) * g)
    m = o.beta_2 * m + (1 - o.beta_2) * g
    return w * (1 - r * o.weight_decay) - r * sign, m


def muon(
    o: Muon, r: float, t: int, w: Array, g: Array, m: Array
) -> tuple[Array, Array]:
    """Shrink the weights, then step along their mean gradient, made orthogonal."""
    m = o.momentum * m + (1 - o.momentum) * g
    ahead = o.momentum * m + (1 - o.momentum) * g
    rows, columns = ahead.reshape(-1, w.shape[-1]).shape
    factor = np.sqrt(max(1, columns / rows))
    if o.scale == "match_rms_adamw":
        factor = 0.2 * np.sqrt(max(rows, columns))
    step = factor * orthogonal(ahead.reshape(rows, columns)).reshape(w.shape)
    return w * (1 - r * o.weight_decay) - r * step, m


def orthogonal(x: Array) -> Array:
    """Return x (K, M) with its singular values between about 0.7 and 1.2.

    Five steps of an iteration of Newton and Schulz, chosen to lift small ones quickly.
    """
    x = x / max(float(np.linalg.norm(x)), 1e-7)
    for _ in range(5):
        # the product of the shorter side with itself is the smaller one
        gram = x @ x.T if len(x) <= len(x.T) else x.T @ x
        bend = 3.4445 * np.eye(len(gram)) - 4.775 * gram + 2.0315 * gram @ gram
        x = bend @ x if len(x) <= len(x.T) else x @ bend
    return x


def between(o: ScheduleFree, w: Array, d: Array, *memory: Array) -> Array:
    """Return y, between the mean w of all z and the last z = w + d."""
    y: Array = w + (1 - o.beta_1) * d
    return y


def schedule_free(
    o: ScheduleFree, r: float, t: int, w: Array, g: Array, *memory: Array
) -> tuple[Array, ...]:
    """Step with z = w + d from y, and move the mean w of all z towards it.

    A z counts by the square of the largest rate so far; `weight` is what all count
    together, that of the last being one.
    """
    d, v, largest, weight = memory
    v = o.beta_2 * v + (1 - o.beta_2) * g**2
    step = g / (np.sqrt(v / (1 - o.beta_2**t)) + o.epsilon)
    d = d - r * (step + o.weight_decay * between(o, w, d))
    rate = np.maximum(largest, r)
    shrunk = np.divide(largest, rate, out=np.zeros_like(rate), where=rate > 0)
    weight = weight * shrunk**2 + 1
    return w + d / weight, d - d / weight, v, rate, weight


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(sgd, ()),
    "momentum": Optimizer(momentum, ("velocity",)),
    "nag": Optimizer(nag, ("velocity",)),
    "adagrad": Optimizer(adagrad, ("sum",)),
    "adadelta": Optimizer(adadelta, ("square", "delta")),
    "rmsprop": Optimizer(rmsprop, ("square",)),
    "adam": Optimizer(adam, ("mean", "square")),
    "adamw": Optimizer(adamw, ("mean", "square")),
    "nadamw": Optimizer(nadamw, ("mean", "square")),
    "amsgrad": Optimizer(amsgrad, ("mean", "square", "largest")),
    "lion": Optimizer(lion, ("mean",)),
    "muon": Optimizer(muon, ("mean",)),
    "schedule_free": Optimizer(
        schedule_free, ("lead", "square"), ("largest", "weight"), between
    ),
}
