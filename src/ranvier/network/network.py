"""network: the design, layers in order. It holds no weights and no data."""

import dataclasses
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from ranvier.description import (
    Document,
    Must,
    description,
    one_of,
    python_number,
)
from ranvier.errors import DescriptionError
from ranvier.network.initializers import Shape
from ranvier.network.layers import LAYERS, Dense, Parameter

Layer = Annotated[Any, one_of(LAYERS)]


class PlacedLayer(NamedTuple):
    """Say what a layer is called in its network, and what goes in and out of it."""

    name: str
    layer: Dense
    input_shape: Shape
    output_shape: Shape
    parameters: tuple[Parameter, ...]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_shape(value: object) -> object:
    if isinstance(value, (tuple, list)):
        return tuple(map(python_number, value))
    return (value,) if isinstance(value, int) else value


@description
class Network(Document):
    """Describe a feed-forward network: its layers, and the shape of one input.

    Without `input_shape` the network takes the shape of the data it is trained on.

    >>> digits = Network([Dense(15, "sigmoid"), Dense(10, "sigmoid")], (28, 28))
    >>> digits.size
    11935
    """

    layers: Annotated[
        tuple[Layer, ...],
        BeforeValidator(_as_tuple),
        Field(min_length=1),
        Must(
            "a list of one or more layers",
            'give at least the output layer, as in Network([Dense(10, "softmax")])',
        ),
    ]
    input_shape: Annotated[
        Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None,
        BeforeValidator(_as_shape),
        Must(
            "positive integers, as in (784,) or (28, 28)",
            "leave it out to take the shape of the data",
        ),
    ] = None

    def with_input(self, shape: Shape) -> "Network":
        """Return this network for inputs of `shape`.

        Raises:
            DescriptionError: the network was made for another shape.
        """
        if self.input_shape not in (None, tuple(shape)):
            raise DescriptionError(
                f"the network takes inputs of shape {self.input_shape}, the data have "
                f"{tuple(shape)}; leave input_shape out to take that of the data."
            )
        return dataclasses.replace(self, input_shape=tuple(shape))

    def placed(self) -> Iterator[PlacedLayer]:
        """Yield each layer with its name (`dense_1`, `dense_2`, …) and its shapes.

        Raises:
            DescriptionError: the shape of the input is not known yet.
        """
        if self.input_shape is None:
            raise DescriptionError(
                "the shape of the network's input is not known yet; give it, as in "
                "network.with_input((28, 28)), or train it on data, which have one."
            )
        shape: Shape = self.input_shape
        counts: dict[str, int] = {}
        for layer in self.layers:
            counts[layer.type] = counts.get(layer.type, 0) + 1
            name = f"{layer.type}_{counts[layer.type]}"
            output = layer.output_shape(shape)
            yield PlacedLayer(name, layer, shape, output, layer.parameters(shape))
            shape = output

    @property
    def output(self) -> Any:
        """The last layer."""
        return self.layers[-1]

    @property
    def output_shape(self) -> Shape:
        """The shape of one output; the input's shape must be known."""
        return list(self.placed())[-1].output_shape

    @property
    def size(self) -> int:
        """The number of weights and biases; the input's shape must be known."""
        from ranvier.network.summary import counted

        return sum(weights + biases for _, weights, biases in counted(self))

    def summary(self) -> str:
        """Return a table of the layers: shapes, weights, biases and totals."""
        from ranvier.network.summary import table

        return table(self)

    def draw(self) -> str:
        """Return a drawing of the network as SVG text."""
        from ranvier.network.drawing import svg

        return svg(self)

    def _repr_svg_(self) -> str | None:
        return None if self.input_shape is None else self.draw()
