"""layers: from the layers of a network to those of the core, often one to one."""

from collections.abc import Callable
from typing import Any

from ranvier.engine.native import _native
from ranvier.network import Network, PlacedLayer
from ranvier.network.activations import name_of, slope_of
from ranvier.network.layers.window import Window


class Lowering:
    """Gather the core's layers, whose they are, and where each array is kept.

    specs: the layers. owners: for each, the number of the network's layer that it
    belongs to, from 0. places: for each array by its full name, such as
    `dense_1.weight`, the number of the core's layer and the array's name there.
    """

    def __init__(self) -> None:
        self.specs: list[Any] = []
        self.owners: list[int] = []
        self.places: dict[str, tuple[int, str]] = {}

    @classmethod
    def of(cls, network: Network) -> "Lowering":
        """Lower all layers of `network`, which knows its input shape."""
        lowering = cls()
        for placed in network.placed():
            lowering._add(placed)
        if not lowering.specs:  # all was flattened and reshaped; the core needs a layer
            lowering._put(_native.DropoutSpec(rate=0.0, stream=0), placed)
        return lowering

    def _add(self, placed: PlacedLayer) -> None:
        kind = placed.layer.type
        own = [parameter.name for parameter in placed.parameters]
        if kind in _SPECS:
            arrays = [name for name in own if name != "slope"]
            self._put(_SPECS[kind](placed), placed, *arrays)
        elif kind == "residual":
            self._residual(placed)  # flatten and reshape change nothing: rows are flat
        if "slope" in own:
            channels = placed.output_shape[-1]
            self._put(_native.PreluSpec(channels=channels), placed, "slope")

    def _residual(self, placed: PlacedLayer) -> None:
        fork = len(self.specs)
        self._put(_native.ForkSpec(), placed)
        for inner in placed.inner:
            self._add(inner)
        self._put(_native.AddSpec(fork=fork, bend=_bend(placed)), placed)

    def _put(self, spec: Any, placed: PlacedLayer, *arrays: str) -> None:
        """Append a layer of the core, which keeps the named arrays of `placed`."""
        for array in arrays:
            self.places[f"{placed.name}.{array}"] = (len(self.specs), array)
        self.specs.append(spec)
        self.owners.append(placed.number - 1)


def _dense(placed: PlacedLayer) -> _native.DenseSpec:
    layer: Any = placed.layer
    return _native.DenseSpec(units=layer.units, bend=_bend(placed), bias=layer.bias)


def _convolution(placed: PlacedLayer) -> _native.ConvolutionSpec:
    layer: Any = placed.layer
    window = layer.window(placed.input_shape)
    return _native.ConvolutionSpec(
        **_sides(window),
        filters=layer.filters,
        kernel_height=window.size[0],
        kernel_width=window.size[1],
        dilation_height=window.dilation[0],
        dilation_width=window.dilation[1],
        groups=layer.groups,
        bend=_bend(placed),
        bias=layer.bias,
    )


def _pool(placed: PlacedLayer) -> _native.PoolSpec:
    layer: Any = placed.layer
    window = layer.window(placed.input_shape)
    return _native.PoolSpec(
        **_sides(window),
        window_height=window.size[0],
        window_width=window.size[1],
        is_max=layer.type == "max_pool2d",
    )


def _sides(window: Window) -> dict[str, int]:
    """Return what a window slides over, by which steps, and how much comes of it."""
    height, width, channels = window.image
    return {
        "height": height,
        "width": width,
        "channels": channels,
        "stride_height": window.stride[0],
        "stride_width": window.stride[1],
        "pad_top": window.padding[0],
        "pad_left": window.padding[1],
        "out_height": window.output[0],
        "out_width": window.output[1],
    }


def _dropout(placed: PlacedLayer) -> _native.DropoutSpec:
    layer: Any = placed.layer
    return _native.DropoutSpec(rate=layer.rate, stream=placed.number)


def _noise(placed: PlacedLayer) -> _native.NoiseSpec:
    layer: Any = placed.layer
    return _native.NoiseSpec(deviation=layer.stddev, stream=placed.number)


def _batch_norm(placed: PlacedLayer) -> _native.BatchNormSpec:
    layer: Any = placed.layer
    return _native.BatchNormSpec(
        channels=placed.input_shape[-1],
        momentum=layer.momentum,
        epsilon=layer.epsilon,
        bend=_bend(placed),
    )


def _layer_norm(placed: PlacedLayer) -> _native.LayerNormSpec:
    layer: Any = placed.layer
    return _native.LayerNormSpec(
        channels=placed.input_shape[-1], epsilon=layer.epsilon, bend=_bend(placed)
    )


def _embedding(placed: PlacedLayer) -> _native.EmbeddingSpec:
    layer: Any = placed.layer
    return _native.EmbeddingSpec(
        columns=list(layer.id_columns), ids=list(layer.ids), widths=list(layer.widths)
    )


def _bend(placed: PlacedLayer) -> _native.Bend:
    activation = getattr(placed.layer, "activation", "identity")
    name = name_of(activation)
    core = "identity" if name == "prelu" else name  # a layer of its own in the core
    return _native.Bend(getattr(_native.Activation, core), slope_of(activation))


_SPECS: dict[str, Callable[[PlacedLayer], Any]] = {
    "dense": _dense,
    "conv1d": _convolution,
    "conv2d": _convolution,
    "max_pool2d": _pool,
    "average_pool2d": _pool,
    "global_average_pool": _pool,
    "dropout": _dropout,
    "gaussian_noise": _noise,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "embedding": _embedding,
}
