"""backpropagation: through the layers to the answer, and back to every gradient."""

from collections.abc import Mapping
from typing import NamedTuple

from ranvier.engine.reference.activations import computed
from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers import LAYERS
from ranvier.engine.reference.losses import LOSSES
from ranvier.network import Network, PlacedLayer

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
        a = computed(layer.activation).forward(z)
        passes.append(Pass(placed, x, z, a))
        x = a
    return passes


def losses(loss: str, output: Pass, y: Array) -> Array:
    """Return the loss of each row (N,), given the output layer's pass."""
    return LOSSES[loss].forward(_answers(loss, output), y)


def backward(
    loss: str, passes: list[Pass], weights: Weights, y: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradient of the mean loss by every weight, and by the inputs (N, K).

    The way of `forward`, from its end: each layer is handed the gradient of its
    outputs, and hands the gradient of its inputs to the layer before it
    (Rumelhart, Hinton and Williams 1986).
    """
    gradients: dict[str, Array] = {}
    gradient = LOSSES[loss].backward(_answers(loss, passes[-1]), y)
    within_loss = LOSSES[loss].from_sums
    for placed, x, z, a in reversed(passes):
        if not within_loss:
            gradient = computed(placed.layer.activation).backward(gradient, z, a)
        within_loss = False
        layer = LAYERS[placed.layer.type]
        learnt, gradient = layer.backward(_own(placed, weights), gradient, x)
        gradients |= {f"{placed.name}.{name}": grad for name, grad in learnt.items()}
    return gradients, gradient


def _answers(loss: str, output: Pass) -> Array:
    return output.z if LOSSES[loss].from_sums else output.a


def _own(placed: PlacedLayer, weights: Weights) -> dict[str, Array]:
    names = (parameter.name for parameter in placed.parameters)
    return {name: weights[f"{placed.name}.{name}"] for name in names}
