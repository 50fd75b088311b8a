"""network: the design, layers in order. It holds no weights and no data."""

import dataclasses
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ranvier.description import Document, Must, description, python_number
from ranvier.errors import DescriptionError
from ranvier.network.activations import bend_of, name_of
from ranvier.network.initializers import Shape
from ranvier.network.layers import Dense, Embedding, Layers, PlacedLayer, place


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
        Layers,
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

    def __post_init__(self) -> None:
        if any(isinstance(layer, Embedding) for layer in self.layers[1:]):
            raise DescriptionError(
                "Embedding was put behind another layer; it reads the columns of the "
                "data: make it the first layer of the network."
            )
        if self.input_shape is not None:
            list(self.placed())

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
            DescriptionError: the shape of the input is not known yet, a layer cannot
                read what the one before it gives, or the last one's output is not flat.
        """
        if self.input_shape is None:
            raise DescriptionError(
                "the shape of the network's input is not known yet; give it, as in "
                "network.with_input((28, 28)), or train it on data, which have one."
            )
        last = None
        for last in place(self.layers, self.input_shape):
            yield last
        if last and len(last.output_shape) > 1:
            raise DescriptionError(
                f"{last.name}: the network ends in outputs of shape "
                f"{last.output_shape}, they must be flat; end it in Flatten(), "
                "GlobalAveragePool() or Dense(10)."
            )

    def walk(self) -> Iterator[PlacedLayer]:
        """Yield each layer, and after a Residual those inside it, by their numbers.

        Raises:
            DescriptionError: as `placed` does.
        """
        for placed in self.placed():
            yield from placed.walk()

    @property
    def output(self) -> Any:
        """The last layer."""
        return self.layers[-1]

    @property
    def output_activation(self) -> str:
        """The name of the last layer's activation, such as "softmax"."""
        return name_of(bend_of(self.output))

    @property
    def output_shape(self) -> Shape:
        """The shape of one output; the input's shape must be known."""
        return list(self.placed())[-1].output_shape

    @property
    def outputs(self) -> int | None:
        """The number of outputs; None where it takes the input's shape to tell."""
        if isinstance(self.output, Dense):
            return self.output.units
        return None if self.input_shape is None else self.output_shape[0]

    @property
    def id_columns(self) -> tuple[int, ...]:
        """The columns of an input that hold ids for an Embedding."""
        first = self.layers[0]
        return first.id_columns if isinstance(first, Embedding) else ()

    @property
    def size(self) -> int:
        """How many numbers are learnt; the input's shape must be known."""
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
