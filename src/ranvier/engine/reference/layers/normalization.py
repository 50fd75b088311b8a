"""normalization: mean 0 and variance 1, then a scale and a shift that are learnt.

C channels are the last axis of x (N, …, C); P places are all its other axes together.
"""

from typing import NamedTuple

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers.layer import Own, Pass
from ranvier.network import PlacedLayer


class Moments(NamedTuple):
    """Hold the mean and the variance of each channel, (C,), over so many places."""

    mean: Array
    variance: Array
    places: float


def batch_norm(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return scale (x - mean) / sqrt(variance + epsilon) + shift.

    Mean and variance are those of the batch where the network learns, else the running
    ones.
    """
    normal, _ = _normalised(at, own, now, x)
    return own["scale"] * normal + own["shift"]


def batch_norm_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradients of scale and shift by name, and that of x.

    A place moves the mean and the variance by its share p in them, and so every other:
    grad_x = (g - p sum(g) - p n sum(g n)) / deviation, where n is the normalised x and
    g its gradient (Ioffe and Szegedy 2015, section 3).
    """
    normal, deviation = _normalised(at, own, now, x)
    places = tuple(range(x.ndim - 1))
    gradients = {
        "scale": (grad_z * normal).sum(axis=places),
        "shift": grad_z.sum(axis=places),
    }
    g = own["scale"] * grad_z
    if now.is_training:
        share = _spread(now, x) / _spread(now, x).sum()
        pull = (g * normal).sum(axis=places)
        g = g - share * g.sum(axis=places) - share * normal * pull
    return gradients, g / deviation


def batch_norm_remember(
    at: PlacedLayer, own: Own, now: Pass, x: Array
) -> dict[str, Array]:
    """Return the running mean and variance after a step.

    The variance of so few is made that of all: times count / (count - 1). A place of
    weight 2 counts as two, one of less than 1 as one; one place alone is not kept.
    """
    keep = at.layer.momentum
    mean, variance, count = _moments(now, x)
    count = max(count, float(np.count_nonzero(_spread(now, x))))
    if count <= 1:
        return {name: own[name] for name in ("running_mean", "running_variance")}
    variance = variance * count / (count - 1)
    return {
        "running_mean": keep * own["running_mean"] + (1 - keep) * mean,
        "running_variance": keep * own["running_variance"] + (1 - keep) * variance,
    }


def layer_norm(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return scale n + shift, with n the channels of each place at mean 0, variance 1.

    n = (x - mean) / sqrt(variance + epsilon).
    """
    normal, _ = _place_by_place(at, x)
    return own["scale"] * normal + own["shift"]


def layer_norm_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradients of scale and shift by name, and that of x.

    As for batch_norm, over the channels of a place, which all have the same share.
    """
    normal, deviation = _place_by_place(at, x)
    places = tuple(range(x.ndim - 1))
    gradients = {
        "scale": (grad_z * normal).sum(axis=places),
        "shift": grad_z.sum(axis=places),
    }
    g = own["scale"] * grad_z
    pull = (g * normal).mean(axis=-1, keepdims=True)
    grad_x = (g - g.mean(axis=-1, keepdims=True) - normal * pull) / deviation
    return gradients, grad_x


def _moments(now: Pass, x: Array) -> Moments:
    """Return mean and variance over rows and places; a row of weight 2 counts twice."""
    weights = _spread(now, x)
    places = tuple(range(x.ndim - 1))
    count = weights.sum()
    mean = (weights * x).sum(axis=places) / count
    variance = (weights * (x - mean) ** 2).sum(axis=places) / count
    return Moments(mean, variance, count)


def _normalised(at: PlacedLayer, own: Own, now: Pass, x: Array) -> tuple[Array, Array]:
    """Return the normalised x, and the deviation (C,) that it was divided by."""
    mean, variance = own["running_mean"], own["running_variance"]
    if now.is_training:
        mean, variance, _ = _moments(now, x)
    deviation = _deviation(at, variance)
    return (x - mean) / deviation, deviation


def _place_by_place(at: PlacedLayer, x: Array) -> tuple[Array, Array]:
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    deviation = _deviation(at, variance)
    return (x - mean) / deviation, deviation


def _deviation(at: PlacedLayer, variance: Array) -> Array:
    """Return sqrt(variance + epsilon), NaN for a variance that float32 cannot hold."""
    held = np.where(variance <= np.finfo(np.float32).max, variance, np.nan)
    deviation: Array = np.sqrt(held + at.layer.epsilon)
    return deviation


def _spread(now: Pass, x: Array) -> Array:
    """Return the weight of each place, (N, …, 1): that of its row."""
    weights = now.weights.reshape(-1, *[1] * (x.ndim - 1))
    return np.broadcast_to(weights, (*x.shape[:-1], 1))
