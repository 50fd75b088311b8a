"""normalization: mean 0 and variance 1, then a scale and a shift that are learnt."""

from typing import Annotated, ClassVar

from pydantic import Field

from ranvier.description import Must, description
from ranvier.network.initializers import Constant, Shape, Zeros
from ranvier.network.layers.options import Bend, Epsilon
from ranvier.network.layers.parameter import Parameter, slopes


@description
class BatchNorm:
    """Give each channel mean 0 and variance 1 over the batch, then scale and shift it.

    The channels are the last axis; mean and variance are taken over the rows and all
    other axes (Ioffe and Szegedy 2015, algorithm 1 and section 3.2). Answers and
    judgement use running ones: `momentum` is the share that they keep in each step.

    >>> [one.name for one in BatchNorm().parameters((14, 14, 16)) if one.is_learnt]
    ['scale', 'shift']
    """

    type: ClassVar[str] = "batch_norm"

    activation: Bend = "identity"
    momentum: Annotated[
        float,
        Field(ge=0, lt=1),
        Must("a share, at least 0 and below 1", "0.9 is usual, 0.99 for small batches"),
    ] = 0.9
    epsilon: Epsilon = 1e-5

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return input_shape

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer owns, given the shape of one input."""
        shape = input_shape[-1:]
        return (
            Parameter("scale", shape, Constant(1.0)),
            Parameter("shift", shape, Zeros()),
            Parameter("running_mean", shape, Zeros(), is_learnt=False),
            Parameter("running_variance", shape, Constant(1.0), is_learnt=False),
            *slopes(self.activation, shape[0]),
        )


@description
class LayerNorm:
    """Give the last axis mean 0 and variance 1, then scale and shift it.

    Each row, and each place of an image, by itself (Ba, Kiros and Hinton 2016,
    equation 4).

    >>> LayerNorm().parameters((20, 64))[0].shape
    (64,)
    """

    type: ClassVar[str] = "layer_norm"

    activation: Bend = "identity"
    epsilon: Epsilon = 1e-5

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input."""
        return input_shape

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer owns, given the shape of one input."""
        shape = input_shape[-1:]
        return (
            Parameter("scale", shape, Constant(1.0)),
            Parameter("shift", shape, Zeros()),
            *slopes(self.activation, shape[0]),
        )
