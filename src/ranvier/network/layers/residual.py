"""residual: a branch of layers, added to what goes into it."""

from typing import Annotated, ClassVar

from ranvier.description import Must, description
from ranvier.errors import DescriptionError
from ranvier.network.initializers import Shape
from ranvier.network.layers.embedding import Embedding
from ranvier.network.layers.known import LAYERS, Layers
from ranvier.network.layers.options import Bend
from ranvier.network.layers.parameter import Parameter, slopes


@description
class Residual:
    """Add a branch to its input: activation(x + branch(x)) (He et al. 2016, figure 2).

    The branch is a list of layers that keeps the shape of its input.

    >>> Residual([LAYERS["dense"](64, "relu"), LAYERS["dense"](20)]).output_shape((20,))
    (20,)
    """

    type: ClassVar[str] = "residual"

    layers: Annotated[
        Layers,
        Must(
            "a list of one or more layers",
            'give the branch, as in Residual([Dense(64, "relu"), Dense(20)])',
        ),
    ]
    activation: Bend = "identity"

    def __post_init__(self) -> None:
        if any(isinstance(layer, Embedding) for layer in self.layers):
            raise DescriptionError(
                "Embedding was put into a Residual; it reads the columns of the data: "
                "make it the first layer of the network."
            )

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input.

        Raises:
            DescriptionError: the branch changes the shape.
        """
        shape = input_shape
        for layer in self.layers:
            shape = layer.output_shape(shape)
        if shape != input_shape:
            raise DescriptionError(
                f"Residual was given inputs of shape {input_shape}, its branch makes "
                f"{shape} of them; a branch keeps the shape of its input: end it in as "
                'many units, with stride 1 and padding="same".'
            )
        return input_shape

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer owns beside its branch: the slopes of prelu."""
        return slopes(self.activation, input_shape[-1])


LAYERS.add(Residual.type, Residual)  # a branch may hold another one
