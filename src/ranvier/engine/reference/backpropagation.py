"""backpropagation: through the layers to the answer, and back to every gradient."""

from collections.abc import Mapping
from typing import NamedTuple

from ranvier.engine.reference.activations import computed
from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers import LAYERS
from ranvier.engine.reference.losses import computed as computed_loss
from ranvier.network import Network, PlacedLayer
from ranvier.network.activations import bend_of
from ranvier.recipe import Loss

Weights = Mapping[str, Array]
"""Every weight and bias by its full name, such as `dense_1.weight`."""


class Pass(NamedTuple):
    """Hold what went through one layer: inputs x, sums z, outputs a, a row each."""

    placed: PlacedLayer
    x: Array
    z: Array
    a: Array


def forward(network: Network, weights: Weights, x: Array) -> list[Pass]:
    """Send x (N, K) through the layers, and keep what went through each."""
    passes = []
    for placed in network.placed():
        layer = placed.layer
        z = LAYERS[layer.type].forward(_own(placed, weights), x)
        a = computed(bend_of(layer)).forward(z)
        passes.append(Pass(placed, x, z, a))
        x = a
    return passes


def losses(loss: Loss, output: Pass, y: Array) -> Array:
    """Return the loss of each row (N,), given the output layer's pass."""
    return computed_loss(loss).forward(_answers(loss, output), y)


def backward(
    loss: Loss,
    passes: list[Pass],
    weights: Weights,
    y: Array,
    shares: Array | None = None,
) -> tuple[dict[str, Array], Array]:
    """Return the gradient of the mean loss by every weight, and by the inputs (N, K).

    The way of `forward`, from its end: each layer is handed the gradient of its
    outputs, and hands the gradient of its inputs to the layer before it
    (Rumelhart, Hinton and Williams 1986). `shares` (N,) are those of the rows in the
    mean; if left out, each has as much as the others.
    """
    gradients: dict[str, Array] = {}
    computed_here = computed_loss(loss)
    gradient = computed_here.backward(_answers(loss, passes[-1]), y)
    gradient = gradient / len(y) if shares is None else gradient * shares[:, None]
    within_loss = computed_here.from_sums
    for placed, x, z, a in reversed(passes):
        if not within_loss:
            gradient = computed(bend_of(placed.layer)).backward(gradient, z, a)
        within_loss = False
        layer = LAYERS[placed.layer.type]
        learnt, gradient = layer.backward(_own(placed, weights), gradient, x)
        gradients |= {f"{placed.name}.{name}": grad for name, grad in learnt.items()}
    return gradients, gradient


def _answers(loss: Loss, output: Pass) -> Array:
    return output.z if computed_loss(loss).from_sums else output.a


def _own(placed: PlacedLayer, weights: Weights) -> dict[str, Array]:
    names = (parameter.name for parameter in placed.parameters)
    return {name: weights[f"{placed.name}.{name}"] for name in names}
