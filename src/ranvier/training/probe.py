"""probe: how each layer of a network stands, seen on a few rows."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ranvier.engine.contract import Arrays, Decode
from ranvier.engine.reference.activations import computed
from ranvier.engine.reference.array import Array, quiet, widened
from ranvier.engine.reference.backpropagation import Trace, backward, forward
from ranvier.engine.reference.losses import wanted
from ranvier.network import Network
from ranvier.network.activations import bend_of, name_of
from ranvier.recipe import Loss
from ranvier.training.portion import Portion

ROWS = 128
"""A probe looks at so many rows: enough to tell a unit that sleeps on all of them."""

_FLAT = 0.01  # of its steepest: a unit whose slope is below this learns next to nothing
_STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "hard_sigmoid": 1 / 6, "relu": 1.0}


class LayerState(NamedTuple):
    """Say how a layer stands.

    mean, deviation: of what it gives, over rows and units.
    saturated: the share of (row, unit) where its activation is flat, its slope below a
        hundredth of the steepest; None for activations that are flat nowhere, and for
        relu, which is to be flat below zero.
    dead: the share of units that are flat for every row; None where nothing can be.
    gradient: the root mean square of the gradient of its weights; None without any.
    weight: that of the weights themselves.
    """

    mean: float
    deviation: float
    saturated: float | None
    dead: float | None
    gradient: float | None
    weight: float | None


@quiet
def probe(
    network: Network, loss: Loss, decode: Decode, parameters: Arrays, part: Portion
) -> dict[str, LayerState]:
    """Return the state of each layer by its name, on the first rows of `part`.

    Computed by the reference engine, in float64, without what is drawn at random in a
    training.
    """
    rows = part.rows[:ROWS]
    scale, shift = (each.astype(np.float64) for each in decode)
    x = part.samples.inputs[rows].astype(np.float64) * scale + shift
    weights = widened(parameters)
    traces = forward(network, weights, x)
    y = wanted(part.samples.targets[rows], traces[-1].a.shape[-1])
    gradients, _ = backward(loss, traces, y)
    return {
        trace.placed.name: _state(trace, gradients, weights)
        for trace in _flattened(traces)
        if trace.placed.layer.type not in ("flatten", "reshape", "dropout")
    }


def is_probed(epoch: int) -> bool:
    """Tell whether the layers are looked at after an epoch: 1, 2, 4, 8 and so on.

    >>> [epoch for epoch in range(1, 20) if is_probed(epoch)]
    [1, 2, 4, 8, 16]
    """
    return epoch & (epoch - 1) == 0


def _flattened(traces: list[Trace]) -> Iterator[Trace]:
    for trace in traces:
        yield from _flattened(trace.inner)
        yield trace


def _state(
    trace: Trace, gradients: Mapping[str, Array], weights: Mapping[str, Array]
) -> LayerState:
    saturated, dead = _flatness(trace)
    name = f"{trace.placed.name}.weight"
    return LayerState(
        float(trace.a.mean()),
        float(trace.a.std()),
        saturated,
        dead,
        _size(gradients.get(name)),
        _size(weights.get(name) if name in gradients else None),
    )


def _flatness(trace: Trace) -> tuple[float | None, float | None]:
    """Return the shares of places, and of units, where the activation is flat."""
    bend = bend_of(trace.placed.layer)
    steepest = _STEEPEST.get(name_of(bend))
    if steepest is None:
        return None, None
    slopes = computed(bend, trace.own).backward(np.ones_like(trace.z), trace.z, trace.a)
    is_flat = (np.abs(slopes) < _FLAT * steepest).reshape(-1, slopes.shape[-1])
    saturated = None if name_of(bend) == "relu" else float(is_flat.mean())
    return saturated, float(is_flat.all(axis=0).mean())


def _size(array: Array | None) -> float | None:
    return None if array is None else float(np.sqrt((array**2).mean()))
