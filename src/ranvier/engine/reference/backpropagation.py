"""backpropagation: through the layers to the answer, and back to every gradient."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from numpy.typing import NDArray

from ranvier.engine.reference.activations import computed, slope_gradient
from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers import LAYERS, Own, Pass, answering
from ranvier.engine.reference.losses import computed as computed_loss
from ranvier.network import Network, PlacedLayer
from ranvier.network.activations import bend_of
from ranvier.recipe import Loss

Weights = Mapping[str, Array]
"""Every array by its full name, such as `dense_1.weight`."""


class Trace(NamedTuple):
    """Hold what went through one layer: inputs x, sums z, outputs a, a row each.

    inner: what went through the layers of a residual's branch.
    """

    placed: PlacedLayer
    own: Own
    x: Array
    z: Array
    a: Array
    inner: "list[Trace]"


def forward(
    network: Network, weights: Weights, x: Array, now: Pass | None = None
) -> list[Trace]:
    """Send x (N, K) through the layers, and keep what went through each."""
    x = x.reshape(len(x), *(network.input_shape or ()))
    return _through(network.placed(), weights, x, now or answering(len(x)))


def losses(
    loss: Loss, output: Trace, y: Array, label_weights: NDArray[Any] | None = None
) -> Array:
    """Return the loss of each row (N,), given the trace of the last layer.

    label_weights: (2, M), what no and yes weigh in each label.
    """
    return computed_loss(loss, label_weights).forward(_answers(loss, output), y)


def backward(
    loss: Loss,
    traces: list[Trace],
    y: Array,
    now: Pass | None = None,
    signals: dict[str, Array] | None = None,
    label_weights: NDArray[Any] | None = None,
) -> tuple[dict[str, Array], Array]:
    """Return the gradient of the mean loss by all that is learnt, and by x (N, K).

    The way of `forward`, from its end: each layer is handed the gradient of its
    outputs, and hands the gradient of its inputs to the layer before it
    (Rumelhart, Hinton and Williams 1986).

    signals: is given the gradient by the sums z of each layer, by its name.
    label_weights: (2, M), what no and yes weigh in each label.
    """
    now = now or answering(len(y))
    computed_here = computed_loss(loss, label_weights)
    shares = now.weights / now.weights.sum()
    gradient = computed_here.backward(_answers(loss, traces[-1]), y) * shares[:, None]
    gradients: dict[str, Array] = {}
    from_sums = computed_here.from_sums
    grad_x = _back(traces, now, gradient, gradients, signals, from_sums)
    return gradients, grad_x.reshape(len(y), -1)


def remembered(traces: Iterable[Trace], now: Pass) -> dict[str, Array]:
    """Return the arrays that a step changes without a gradient, by their full names."""
    arrays: dict[str, Array] = {}
    for placed, own, x, _, _, inner in traces:
        arrays |= remembered(inner, now)
        if not inner and (remember := LAYERS[placed.layer.type].remember):
            arrays |= _named(placed, remember(placed, own, now, x))
    return arrays


def _through(
    layers: Iterable[PlacedLayer], weights: Weights, x: Array, now: Pass
) -> list[Trace]:
    traces = []
    for placed in layers:
        own = _own(placed, weights)
        inner = _through(placed.inner, weights, x, now)
        if inner:
            z = x + inner[-1].a  # a residual
        else:
            z = LAYERS[placed.layer.type].forward(placed, own, now, x)
        a = computed(bend_of(placed.layer), own).forward(z)
        traces.append(Trace(placed, own, x, z, a, inner))
        x = a
    return traces


def _back(
    traces: list[Trace],
    now: Pass,
    gradient: Array,
    gradients: dict[str, Array],
    signals: dict[str, Array] | None,
    within_loss: bool = False,
) -> Array:
    """Return grad_x of the first layer, given grad_a of the last; fill `gradients`.

    Where the last activation is within the loss, it is grad_z that is given.
    """
    for placed, own, x, z, a, inner in reversed(traces):
        if not within_loss:
            if "slope" in own:
                gradients[f"{placed.name}.slope"] = slope_gradient(gradient, z)
            gradient = computed(bend_of(placed.layer), own).backward(gradient, z, a)
        within_loss = False
        if signals is not None:
            signals[placed.name] = gradient
        if inner:  # a residual: what it added was x and its branch
            gradient = gradient + _back(inner, now, gradient, gradients, signals)
        else:
            layer = LAYERS[placed.layer.type]
            learnt, gradient = layer.backward(placed, own, now, x, gradient)
            gradients |= _named(placed, learnt)
    return gradient


def _answers(loss: Loss, output: Trace) -> Array:
    return output.z if computed_loss(loss).from_sums else output.a


def _own(placed: PlacedLayer, weights: Weights) -> dict[str, Array]:
    names = (parameter.name for parameter in placed.parameters)
    return {name: weights[f"{placed.name}.{name}"] for name in names}


def _named(placed: PlacedLayer, arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {f"{placed.name}.{name}": array for name, array in arrays.items()}
