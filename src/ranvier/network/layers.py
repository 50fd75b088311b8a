"""layers: what a network is made of. A layer knows its shapes and holds no weights."""

import math
from typing import Annotated, ClassVar, NamedTuple

from pydantic import BeforeValidator, Field

from ranvier.description import Must, description
from ranvier.network.activations import ACTIVATIONS, LeakyReLU, name_of, plain
from ranvier.registry import Registry

Shape = tuple[int, ...]


class Parameter(NamedTuple):
    """Describe one array that training changes: its name, shape and first draw."""

    name: str
    shape: Shape
    initializer: str


@description
class Dense:
    """Connect every input to each of `units` nodes: activation(x · weight + bias).

    Inputs of any shape are read as one row of K values, images row by row with
    channels last; weight has shape (K, units), bias (units,).

    >>> Dense(15, "sigmoid").output_shape((28, 28))
    (15,)
    """

    type: ClassVar[str] = "dense"

    units: Annotated[
        int,
        Field(ge=1, le=2**24),
        Must("a positive integer", "for a network without this layer, leave it out"),
    ]
    activation: Annotated[
        str | LeakyReLU,
        BeforeValidator(plain),
        Must("a name or a LeakyReLU", f"known: {', '.join(ACTIVATIONS)}"),
    ] = "identity"
    bias: Annotated[bool, Must("True or False", "leave it out for a bias")] = True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return (self.units,)

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer learns, given the shape of one input."""
        draw = ACTIVATIONS[name_of(self.activation)].initializer
        weight = Parameter("weight", (math.prod(input_shape), self.units), draw)
        bias = Parameter("bias", (self.units,), "zeros")
        return (weight, bias) if self.bias else (weight,)


LAYERS = Registry("layer", {layer.type: layer for layer in (Dense,)})
