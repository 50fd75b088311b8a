"""idle: how far each unit of a layer moves what the layer behind it sums up."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import Arrays, Decode
from ranvier.engine.reference.array import Array, quiet, widened
from ranvier.engine.reference.backpropagation import Trace, forward
from ranvier.network import Network, PlacedLayer
from ranvier.training.portion import Portion
from ranvier.training.probe import CAREFUL, affordable, some

_ROWS = 512
_WEIGHING = ("dense", "conv2d", "conv1d")
_UNMIXED = (
    "batch_norm",
    "dropout",
    "gaussian_noise",
    "flatten",
    "max_pool2d",
    "average_pool2d",
    "global_average_pool",
)
"""Layers behind which each channel still belongs to one unit."""


class Reading(NamedTuple):
    """Say how a layer reads the units of the one before it.

    layer, reader: their names. moves: (C,) how far each unit moves the reader's sums,
        as a root mean square over rows, all others standing still.
    means: (…, C) what the units give on average, in the form that the reader's weights
        take it.
    """

    layer: str
    reader: str
    moves: Array
    means: Array

    def without(self, idle: NDArray[np.bool_], arrays: Arrays) -> dict[str, Any]:
        """Return the weights without idle units (C,), their means kept as biases."""
        name = f"{self.reader}.weight"
        weight = arrays[name].astype(np.float64)
        rows = np.resize(idle, weight.shape[-2])
        given = (self.means[..., None] * weight)[..., rows, :]
        changed = dict(arrays)
        weight[..., rows, :] = 0
        changed[name] = weight.astype(np.float32)
        bias = f"{self.reader}.bias"
        if bias in arrays:
            axes = tuple(range(given.ndim - 1))
            changed[bias] = (arrays[bias] + given.sum(axis=axes)).astype(np.float32)
        return changed


@quiet
def readings(
    network: Network, decode: Decode, arrays: Arrays, part: Portion
) -> list[Reading]:
    """Return how layers with weights are read by the next ones, within no residual."""
    rows = some(part.rows, min(_ROWS, affordable(network, CAREFUL)))
    scale, shift = (each.astype(np.float64) for each in decode)
    x = part.samples.inputs[rows].astype(np.float64) * scale + shift
    traces = forward(network, widened(arrays), x)
    return [_reading(maker, reader) for maker, reader in _pairs(traces)]


def _pairs(traces: Sequence[Trace]) -> Iterator[tuple[PlacedLayer, Trace]]:
    """Yield each layer with weights, and the next if no units are mixed between."""
    maker: PlacedLayer | None = None
    for trace in traces:
        kind, groups = trace.placed.layer.type, getattr(trace.placed.layer, "groups", 1)
        if kind in _WEIGHING:
            if maker is not None and groups == 1:
                yield maker, trace
            maker = trace.placed
        elif kind not in _UNMIXED:
            maker = None


def _reading(maker: PlacedLayer, reader: Trace) -> Reading:
    """Measure the inputs of `reader`, whose last axis repeats the units of `maker`."""
    weight = reader.own["weight"]
    x = reader.x.reshape(-1, weight.shape[-2])  # rows and places, or rows alone
    lengths = np.sqrt((weight**2).sum(axis=(*range(weight.ndim - 2), -1)))
    moves = (x.std(axis=0) * lengths).reshape(-1, maker.output_shape[-1])
    names = (maker.name, reader.placed.name)
    return Reading(*names, np.sqrt((moves**2).sum(axis=0)), x.mean(axis=0))
