"""placed: layers one after the other, each with its name, shapes and arrays."""

import math
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple, Protocol

from ranvier.errors import DescriptionError
from ranvier.network.initializers import Shape
from ranvier.network.layers.parameter import Parameter


class Layer(Protocol):
    """Describe a layer, called `type`: it knows its shapes and holds no weights."""

    type: ClassVar[str]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer owns, given the shape of one input."""


class PlacedLayer(NamedTuple):
    """Say what a layer is called in its network, and what goes in and out of it.

    name: such as `dense_1`; inside a Residual `residual_1.dense_1`.
    parameters: its own arrays, without those of the layers inside it.
    number: its place among all layers of the network, from 1; the layers inside a
        Residual follow it.
    inner: the layers inside a Residual.
    """

    name: str
    layer: Any
    input_shape: Shape
    output_shape: Shape
    parameters: tuple[Parameter, ...]
    number: int = 1
    inner: "tuple[PlacedLayer, ...]" = ()

    @property
    def products(self) -> int:
        """How many products of a weight and a number one input takes, but for inner."""
        weights = (one.shape for one in self.parameters if one.name == "weight")
        return sum(math.prod((*self.output_shape[:-1], *shape)) for shape in weights)

    def walk(self) -> "Iterator[PlacedLayer]":
        """Yield this layer, and then those inside it."""
        yield self
        for one in self.inner:
            yield from one.walk()


def place(
    layers: Iterable[Layer], shape: Shape, within: str = "", number: int = 1
) -> Iterator[PlacedLayer]:
    """Yield `layers` for inputs of `shape`, counted from `number`.

    Raises:
        DescriptionError: a layer cannot read what the one before it gives.
    """
    counts: dict[str, int] = {}
    for layer in layers:
        counts[layer.type] = counts.get(layer.type, 0) + 1
        name = f"{within}{layer.type}_{counts[layer.type]}"
        branch: tuple[Layer, ...] = getattr(layer, "layers", ())
        inner = tuple(place(branch, shape, f"{name}.", number + 1))
        try:
            output = layer.output_shape(shape)
        except DescriptionError as error:
            raise DescriptionError(f"{name}: {error}") from None
        own = layer.parameters(shape)
        placed = PlacedLayer(name, layer, shape, output, own, number, inner)
        yield placed
        number += sum(1 for _ in placed.walk())
        shape = output
