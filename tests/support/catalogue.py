"""catalogue: small networks around each registered layer, with each of its options."""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import pytest

from ranvier.errors import DescriptionError
from ranvier.network import LAYERS, Dense, Flatten, Network, Reshape
from ranvier.network.initializers import Shape

SHAPES: tuple[Shape, ...] = ((4, 3, 4), (9, 4), (6,))
"""An image, a sound and a row; a layer gets those that it can read."""

OPTIONS: dict[str, list[Any]] = {
    "units": [5],
    "filters": [4],
    "kernel_size": [3, 2, (2, 3)],
    "activation": ["tanh", "prelu", "identity"],
    "stride": [1, 2, (3, 2), 4],
    "padding": ["same", "valid"],
    "dilation": [1, 2, (2, 1)],
    "groups": [1, 2],
    "bias": [True, False],
    "initializer": ["auto"],
    "size": [2, 3, (1, 2)],
    "shape": [(3, 4, 4), (12, 3), (3, 2)],
    "rate": [0.5, 0.2],
    "stddev": [0.3],
    "momentum": [0.9, 0.5],
    "epsilon": [1e-5, 0.1],
    "ids": [(5, 3)],
    "width": [3, (4, 1)],
    "columns": [None, (4, 1)],
    "layers": [
        [LAYERS["layer_norm"]("tanh")],
        [LAYERS["batch_norm"]("tanh"), LAYERS["dropout"](0.3)],
        [LAYERS["residual"]([LAYERS["layer_norm"]("tanh")], "tanh")],
        [LAYERS["conv2d"](4, 3, "tanh")],
        [LAYERS["dense"](9, "tanh"), LAYERS["dense"](6)],
    ],
}
"""Values for each option, the usual one first. A new option needs some here."""


def layers(kind: str, shape: Shape) -> Iterator[Any]:
    """Yield layers of a kind: the usual one, with one option changed, with all changed.

    Those that cannot read inputs of `shape` are left out.
    """
    names = [field.name for field in dataclasses.fields(LAYERS[kind])]
    usual = [{name: OPTIONS[name][0] for name in names}]
    changed = [usual[0] | {name: one} for name in names for one in OPTIONS[name][1:]]
    other = [{name: OPTIONS[name][:2][-1] for name in names}]
    seen = []
    for options in usual + changed + other:
        try:
            layer = LAYERS[kind](**options)
            layer.output_shape(shape)
        except DescriptionError:
            continue
        if layer not in seen:
            seen.append(layer)
            yield layer


def alone(layer: Any, shape: Shape) -> Network:
    """Return a network that reads its inputs by `layer`."""
    return Network([layer, Flatten(), Dense(3, "softmax")], shape)


def amid(layer: Any, shape: Shape) -> Network:
    """Return a network with `layer` between others that learn."""
    before = [Dense(math.prod(shape), "tanh"), Reshape(shape)]
    return Network([*before, layer, Flatten(), Dense(3, "softmax")], (4,))


def _catalogue() -> Iterator[Any]:
    for kind in LAYERS:
        readable = [(one, shape) for shape in SHAPES for one in layers(kind, shape)]
        assert readable, f"no shape suits {kind}; add one to SHAPES or its OPTIONS"
        for layer, shape in readable:
            name = f"{shape}-{layer}".replace(" ", "")
            yield pytest.param(alone(layer, shape), id=f"alone-{name}")
            if kind != "embedding":
                yield pytest.param(amid(layer, shape), id=f"amid-{name}")


NETWORKS = list(_catalogue())
"""Networks with every registered layer, first and amid others, at every option."""


def _readable(kind: str) -> Shape:
    """Return the first shape that the usual layer of a kind can read."""
    return next(shape for shape in SHAPES if any(layers(kind, shape)))


USUAL = [
    pytest.param(alone(next(layers(kind, shape)), shape), id=kind)
    for kind, shape in ((kind, _readable(kind)) for kind in LAYERS)
]
"""One network for each registered layer."""
