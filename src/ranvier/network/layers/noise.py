"""noise: disturbance while the network learns, and none when it answers."""

from typing import Annotated, ClassVar

from pydantic import Field

from ranvier.description import Must, description
from ranvier.network.initializers import Shape
from ranvier.network.layers.parameter import Parameter


@description
class Dropout:
    """Set a share `rate` of the inputs to 0 in each step (Srivastava et al. 2014).

    What is kept is divided by 1 - rate, so that the mean stays; answers and judgement
    see every input as it is.

    >>> Dropout(0.2).output_shape((14, 14, 16))
    (14, 14, 16)
    """

    type: ClassVar[str] = "dropout"

    rate: Annotated[
        float,
        Field(ge=0, lt=1),
        Must("a share of the inputs, at least 0 and below 1", "0.5 is usual"),
    ] = 0.5

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return input_shape

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return nothing: there is nothing to learn."""
        return ()


@description
class GaussianNoise:
    """Add draws from a normal distribution around 0 in each step (Bishop 1995).

    Answers and judgement see every input as it is.

    >>> GaussianNoise(0.2).output_shape((784,))
    (784,)
    """

    type: ClassVar[str] = "gaussian_noise"

    stddev: Annotated[
        float,
        Field(ge=0, le=1e30),
        Must("zero or a positive number", "0.1 is usual for inputs of deviation 1"),
    ] = 0.1

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return input_shape

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return nothing: there is nothing to learn."""
        return ()
