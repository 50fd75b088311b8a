"""noise: disturbance while the network learns, and none when it answers.

What is drawn depends on the seed, the step, the layer, the row and the column alone:
backward draws it again.
"""

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.randomness import words
from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers.layer import Own, Pass
from ranvier.network import PlacedLayer

RANGE = 2**32  # so many words there are
OTHER = 0x80000000  # a twist, for a second word at the same place


def dropout(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return x with a share of it set to 0, and the rest divided by 1 - rate."""
    if not now.is_training:
        return x
    kept = _words(at, now, x) >= int(at.layer.rate * RANGE)
    return np.where(kept, x / (1 - at.layer.rate), 0)


def dropout_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradient of what was kept, divided alike."""
    return {}, dropout(at, own, now, grad_z)


def gaussian_noise(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return x + stddev n, with n drawn by Box and Muller (1958) from two words.

    n = sqrt(-2 log u) cos(2 π v), for u in (0, 1] and v in [0, 1).
    """
    if not now.is_training:
        return x
    u = (_words(at, now, x) + 1.0) / RANGE
    v = _words(at, now, x, OTHER) / RANGE
    z: Array = x + at.layer.stddev * np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)
    return z


def gaussian_noise_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradient as it is: what was added does not depend on x."""
    return {}, grad_z


def _words(at: PlacedLayer, now: Pass, x: Array, other: int = 0) -> NDArray[np.uint32]:
    rows, columns = int(now.places[-1]) + 1, x[0].size
    drawn = words(now.seed, at.number, now.step, rows, columns, other)
    return drawn[now.places].reshape(x.shape)
