"""probe: how each layer of a network stands, seen on a few rows."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import Arrays, Decode
from ranvier.engine.reference.activations import computed
from ranvier.engine.reference.array import Array, quiet, widened
from ranvier.engine.reference.backpropagation import Trace, backward, forward
from ranvier.engine.reference.layers import answering
from ranvier.engine.reference.losses import wanted
from ranvier.network import Network
from ranvier.network.activations import bend_of, name_of
from ranvier.recipe import Loss
from ranvier.training.portion import Portion

ROWS, FEWEST = 128, 16
"""A probe looks at so many rows: enough to tell a unit that sleeps on all of them."""

QUICK, CAREFUL = 1e7, 4e7
"""So many products a look may take: in a training, and when there is time for it."""

_FLAT = 0.01  # of its steepest: a unit whose slope is below this learns next to nothing
_STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "hard_sigmoid": 1 / 6, "relu": 1.0}
_NOISE = {"dropout": {"rate": 0.0}, "gaussian_noise": {"stddev": 0.0}}
_PASSED = ("flatten", "reshape", *_NOISE)


class LayerState(NamedTuple):
    """Say how a layer stands.

    mean, deviation: of what it gives, over rows and units.
    saturated: the share of (row, unit) where its activation is flat, its slope below a
        hundredth of the steepest; None for activations that are flat nowhere, and for
        relu, which is to be flat below zero.
    dead: the share of units that are flat for every row; None where nothing can be.
    gradient: the root mean square of the gradient of its weights; None without any.
    weight: that of the weights themselves.
    signal: the length of the gradient of a row's loss by all sums of the layer, root
        mean square over the rows.

    Rows weigh in gradient and signal what they weigh in the training.
    """

    mean: float
    deviation: float
    saturated: float | None
    dead: float | None
    gradient: float | None
    weight: float | None
    signal: float

    @property
    def is_finite(self) -> bool:
        """Whether all that is said is a finite number."""
        return all(math.isfinite(one) for one in self if one is not None)


@quiet
def probe(
    network: Network,
    loss: Loss,
    decode: Decode,
    parameters: Arrays,
    part: Portion,
    products: float = QUICK,
) -> dict[str, LayerState]:
    """Return the state of each layer by its name, on some rows of `part`.

    products: so many it may take: of large networks, fewer rows are looked at, but 16
        in any case.

    Computed by the reference engine, in float64, as in a step of a training, but
    without what is drawn at random there; a layer whose numbers overflow is left out.
    """
    _, _, own, labels = part.samples
    rows = some(part.weighty().rows, min(ROWS, affordable(network, products)))
    x, y = _shown(decode, part, rows, network.output_shape[0])
    weights = widened(parameters)
    now = answering(len(x))._replace(is_training=True)
    if own is not None:
        now = now._replace(weights=own[rows].astype(np.float64))
    traces = forward(_without_noise(network), weights, x, now)
    signals: dict[str, Array] = {}
    gradients, _ = backward(loss, traces, y, now, signals, labels)
    shares = now.weights / now.weights.sum()
    states = {
        trace.placed.name: _state(
            trace, gradients, weights, _length(signals[trace.placed.name], shares)
        )
        for trace in _flattened(traces)
        if trace.placed.layer.type not in _PASSED
    }
    return {name: state for name, state in states.items() if state.is_finite}


def is_probed(epoch: int) -> bool:
    """Tell whether the layers are looked at after an epoch: 1, 2, 4, 8 and so on.

    >>> [epoch for epoch in range(1, 20) if is_probed(epoch)]
    [1, 2, 4, 8, 16]
    """
    return epoch & (epoch - 1) == 0


def some(rows: NDArray[np.uint32], most: int, seed: int = 0) -> NDArray[np.uint32]:
    """Return at most so many of the rows, drawn by chance: rows may lie in an order."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def affordable(network: Network, products: float) -> int:
    """Return how many rows may go through a network for so many products."""
    a_row = sum(placed.products for placed in network.walk())
    return max(FEWEST, int(products / max(a_row, 1)))


def _shown(
    decode: Decode, part: Portion, rows: NDArray[np.uint32], units: int
) -> tuple[Array, Array]:
    """Return the network's numbers (N, K) and the targets (N, M) of some rows."""
    scale, shift = (each.astype(np.float64) for each in decode)
    x = part.samples.inputs[rows].astype(np.float64) * scale + shift
    return x, wanted(part.samples.targets[rows], units)


def _without_noise(network: Network) -> Network:
    """Return the same network with noise of size zero, so that names stay."""
    if not any(placed.layer.type in _NOISE for placed in network.walk()):
        return network
    return replace(network, layers=tuple(map(_still, network.layers)))


def _still(layer: Any) -> Any:
    if layer.type in _NOISE:
        return replace(layer, **_NOISE[layer.type])
    inner = getattr(layer, "layers", None)
    return replace(layer, layers=tuple(map(_still, inner))) if inner else layer


def _flattened(traces: list[Trace]) -> Iterator[Trace]:
    for trace in traces:
        yield trace
        yield from _flattened(trace.inner)


def _state(
    trace: Trace,
    gradients: Mapping[str, Array],
    weights: Mapping[str, Array],
    signal: float,
) -> LayerState:
    saturated, dead = _flatness(trace)
    name = f"{trace.placed.name}.weight"
    return LayerState(
        mean=float(trace.a.mean()),
        deviation=float(trace.a.std()),
        saturated=saturated,
        dead=dead,
        gradient=_size(gradients[name]) if name in gradients else None,
        weight=_size(weights[name]) if name in gradients else None,
        signal=signal,
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


def _size(array: Array) -> float:
    return float(np.sqrt((array**2).mean()))


def _length(signal: Array, shares: Array) -> float:
    """Return the length of a row's gradient, given that of the mean over N rows.

    shares: (N,) of the rows in that mean.
    """
    of_rows = (signal**2).reshape(len(signal), -1).sum(axis=1)
    return float(np.sqrt((of_rows / shares).sum()))
