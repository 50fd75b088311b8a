"""bounds: what keeps weights and their gradients small.

Arrays come by their full names; of a layer's, those called `weight` are penalised.
"""

from collections.abc import Mapping

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.recipe import Clip, Penalty

Arrays = Mapping[str, Array]


def penalised(penalty: Penalty, weights: Arrays, gradients: Arrays) -> dict[str, Array]:
    """Return the gradients with those of l1 |w| and l2 w²/2 added."""
    return {
        name: gradient + _pull(penalty, weights[name]) if is_weight(name) else gradient
        for name, gradient in gradients.items()
    }


def clipped(clip: Clip, gradients: Arrays) -> dict[str, Array]:
    """Return the gradients cut off by value, then scaled down, each and together."""
    bounded = dict(gradients)
    if clip.value is not None:
        limit = clip.value
        bounded = {name: np.clip(g, -limit, limit) for name, g in bounded.items()}
    if clip.norm is not None:
        bounded = {
            name: g * min(1, clip.norm / norm) if (norm := length([g])) else g
            for name, g in bounded.items()
        }
    if clip.global_norm is not None and (norm := length(list(bounded.values()))):
        share = min(1, clip.global_norm / norm)
        bounded = {name: g * share for name, g in bounded.items()}
    return bounded


def limited(penalty: Penalty, name: str, weight: Array) -> Array:
    """Return the weights, those into each unit scaled down to `max_norm`."""
    if penalty.max_norm is None or not is_weight(name):
        return weight
    flat = weight.reshape(-1, weight.shape[-1])
    # weights of length 0 stay as they are
    lengths = np.maximum(np.sqrt((flat**2).sum(axis=0)), np.finfo(np.float64).tiny)
    shrunk: Array = weight * np.minimum(1, penalty.max_norm / lengths)
    return shrunk


def is_weight(name: str) -> bool:
    """Tell whether a parameter is a layer's weight, such as `dense_1.weight`."""
    return name.endswith(".weight")


def length(arrays: list[Array]) -> float:
    """Return the Euclidean norm of all numbers in some arrays together."""
    return float(np.sqrt(sum((array**2).sum() for array in arrays)))


def _pull(penalty: Penalty, weight: Array) -> Array:
    pull: Array = penalty.l1 * np.sign(weight) + penalty.l2 * weight
    return pull
