"""dense: every input to every unit."""

import math
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from ranvier.description import Must, description
from ranvier.network.activations import ACTIVATIONS, LeakyReLU, plain
from ranvier.network.initializers import Shape
from ranvier.network.layers.options import Bias, Draw, Units
from ranvier.network.layers.parameter import Parameter, weights


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

    units: Units
    activation: Annotated[
        str | LeakyReLU,
        BeforeValidator(plain),
        Must("a name or a LeakyReLU", f"known: {', '.join(ACTIVATIONS)}"),
    ] = "identity"
    bias: Bias = True
    initializer: Draw = "auto"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return (self.units,)

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer owns, given the shape of one input."""
        shape = (math.prod(input_shape), self.units)
        return weights(shape, self.initializer, self.activation, bias=self.bias)
