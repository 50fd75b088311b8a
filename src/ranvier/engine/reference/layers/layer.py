"""layer: what every layer of the reference engine is given, and what it returns.

x (N, …) is a layer's input, z its sums; the activation that makes a of z comes after.
Given grad_z, the gradient of the loss by z, backward returns the gradients of the
layer's arrays by name, and grad_x.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.reference.array import Array
from ranvier.network import PlacedLayer

Own = Mapping[str, Array]
"""The layer's arrays by name."""


class Pass(NamedTuple):
    """Say what rows go through the network, and to what end.

    weights: (N,) of the rows. places: (N,) of the rows in their batch. seed, step: of
    the training, for what is drawn at random in it.
    """

    is_training: bool
    weights: Array
    places: NDArray[np.uint32]
    seed: int = 0
    step: int = 0


def answering(rows: int) -> Pass:
    """Return the pass of some rows that nothing is learnt from."""
    return Pass(False, np.ones(rows), np.arange(rows, dtype=np.uint32))


Forward = Callable[[PlacedLayer, Own, Pass, Array], Array]
"""From x to z."""

Backward = Callable[
    [PlacedLayer, Own, Pass, Array, Array], tuple[dict[str, Array], Array]
]
"""From x and grad_z to the gradients of the layer's arrays, and grad_x."""

Remember = Callable[[PlacedLayer, Own, Pass, Array], dict[str, Array]]
"""From x to the arrays that a step changes without a gradient."""


class Layer(NamedTuple):
    """Pair a function of x with its backward; few layers have more to remember."""

    forward: Forward
    backward: Backward
    remember: Remember | None = None
