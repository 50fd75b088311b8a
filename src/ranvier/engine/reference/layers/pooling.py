"""pooling: the largest, or the mean, of each window of each channel."""

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers.layer import Own, Pass
from ranvier.engine.reference.layers.window import cropped, padded, taps
from ranvier.network import PlacedLayer, Window


def max_pool(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return the largest value of each window; what is not there is never it."""
    return _largest(at, x).reshape(len(x), *at.output_shape)


def max_pool_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Hand each gradient to the largest of its window, of equal ones to the first."""
    window: Window = at.layer.window(at.input_shape)
    images, largest = padded(x, window, -np.inf), _largest(at, x)
    grad_z = grad_z.reshape(largest.shape)
    grad_images = np.zeros_like(images)
    waiting = np.ones(largest.shape, bool)
    for _, place in taps(window):
        found = waiting & (images[place] == largest)
        grad_images[place] += np.where(found, grad_z, 0)
        waiting &= ~found
    return {}, cropped(grad_images, window).reshape(x.shape)


def average_pool(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return the mean of each window, over the pixels that are there."""
    window: Window = at.layer.window(at.input_shape)
    images = padded(x, window)
    sums = sum(images[place] for _, place in taps(window))
    return np.reshape(sums / _counts(window), (len(x), *at.output_shape))


def average_pool_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Share each gradient among the pixels of its window."""
    window: Window = at.layer.window(at.input_shape)
    shares = grad_z.reshape(len(x), *window.output, -1) / _counts(window)
    grad_images = np.zeros_like(padded(x, window))
    for _, place in taps(window):
        grad_images[place] += shares
    return {}, cropped(grad_images, window).reshape(x.shape)


def _largest(at: PlacedLayer, x: Array) -> Array:
    window: Window = at.layer.window(at.input_shape)
    images = padded(x, window, -np.inf)
    largest: Array = np.max([images[place] for _, place in taps(window)], axis=0)
    return largest


def _counts(window: Window) -> Array:
    """Return how many pixels of each window are there, (1, H', W', C)."""
    there = padded(np.ones((1, *window.image)), window)
    counts: Array = np.sum([there[place] for _, place in taps(window)], axis=0)
    return counts
