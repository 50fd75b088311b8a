"""layers: what a network is made of. A layer knows its shapes and holds no weights."""

import math
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BeforeValidator, Field

from ranvier.description import Must, description, one_of
from ranvier.network.activations import ACTIVATIONS, LeakyReLU, name_of, plain
from ranvier.network.initializers import INITIALIZERS, Initializer, Shape, Zeros
from ranvier.registry import Registry


class Parameter(NamedTuple):
    """Describe one array that training changes: its name, shape and first draw."""

    name: str
    shape: Shape
    initializer: Initializer


@description
class Dense:
    """Connect every input to each of `units` nodes: activation(x · weight + bias).

    Inputs of any shape are read as one row of K values, images row by row with
    channels last; weight has shape (K, units), bias (units,). The first weights are
    drawn by `initializer`; "auto" is the draw that suits the activation.

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
    initializer: Annotated[
        Any,
        one_of(INITIALIZERS, "auto"),
        Must("a name or an initializer", "leave it out for what suits the activation"),
    ] = "auto"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return (self.units,)

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer learns, given the shape of one input."""
        shape = (math.prod(input_shape), self.units)
        weight = Parameter("weight", shape, self._draw())
        bias = Parameter("bias", (self.units,), Zeros())
        return (weight, bias) if self.bias else (weight,)

    def _draw(self) -> Initializer:
        if self.initializer != "auto":
            chosen: Initializer = self.initializer
            return chosen
        return INITIALIZERS[ACTIVATIONS[name_of(self.activation)].initializer]()


LAYERS = Registry("layer", {layer.type: layer for layer in (Dense,)})
