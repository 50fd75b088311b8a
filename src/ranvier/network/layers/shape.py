"""shape: the same numbers, in another order of axes or in a row."""

import math
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ranvier.description import Must, description
from ranvier.network.initializers import Shape
from ranvier.network.layers.options import MOST_UNITS, as_tuple, misfit
from ranvier.network.layers.parameter import Parameter


@description
class Flatten:
    """Read all numbers of an input as one row, images row by row, channels last.

    >>> Flatten().output_shape((7, 7, 16))
    (784,)
    """

    type: ClassVar[str] = "flatten"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return (math.prod(input_shape),)

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return nothing: there is nothing to learn."""
        return ()


@description
class Reshape:
    """Read the numbers of an input, in their order, as an array of `shape`.

    >>> Reshape((28, 28, 1)).output_shape((784,))
    (28, 28, 1)
    """

    type: ClassVar[str] = "reshape"

    shape: Annotated[
        Annotated[
            tuple[Annotated[int, Field(ge=1, le=MOST_UNITS)], ...], Field(min_length=1)
        ],
        BeforeValidator(as_tuple),
        Must("positive integers, as in (28, 28, 1)", "give the length of every axis"),
    ]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input.

        Raises:
            DescriptionError: the inputs have more or fewer numbers.
        """
        if math.prod(input_shape) != math.prod(self.shape):
            raise misfit(
                self,
                input_shape,
                f"{math.prod(self.shape):,} numbers for the shape {self.shape}",
                f"give a shape with {math.prod(input_shape):,} numbers",
            )
        return self.shape

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return nothing: there is nothing to learn."""
        return ()
