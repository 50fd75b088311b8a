"""pooling: one number for each window of an image."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ranvier.description import Must, description
from ranvier.network.initializers import Shape
from ranvier.network.layers.options import (
    MOST_STEPS,
    Padding,
    Sides,
    as_sides,
    misfit,
    pair,
)
from ranvier.network.layers.parameter import Parameter
from ranvier.network.layers.window import Window, image_of, moved

_Side = Annotated[int, Field(ge=1, le=MOST_STEPS)]
Stride = Annotated[
    _Side | tuple[_Side, _Side] | None,
    BeforeValidator(as_sides),
    Must(
        "a positive integer, or two of them as (height, width)",
        "leave it out for windows side by side",
    ),
]


class Pool:
    """Say what pools of images have in common, whatever they keep of a window."""

    size: Sides
    stride: Stride
    padding: Padding

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input.

        Raises:
            DescriptionError: these are no images, or are smaller than the window.
        """
        window = self.window(input_shape)
        return (*window.output, window.image[2])

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return nothing: there is nothing to learn."""
        return ()

    def window(self, input_shape: Shape) -> Window:
        """Return where the windows stand on images of `input_shape`."""
        size = pair(self.size)
        stride = size if self.stride is None else pair(self.stride)
        image = image_of(self, input_shape)
        return moved(self, image, size, stride=stride, padding=self.padding)


@description
class MaxPool2D(Pool):
    """Keep the largest value of each window of each channel.

    Images (H, W, C) or (H, W) become (H', W', C). `stride=None` sets the windows side
    by side; padding never is the largest. Where several values are, the first one, row
    by row, gets the gradient.

    >>> MaxPool2D().output_shape((28, 28, 16))
    (14, 14, 16)
    """

    type: ClassVar[str] = "max_pool2d"

    size: Sides = 2
    stride: Stride = None
    padding: Padding = "valid"


@description
class AveragePool2D(Pool):
    """Take the mean of each window of each channel, over the pixels that exist.

    Images (H, W, C) or (H, W) become (H', W', C). `stride=None` sets the windows side
    by side.

    >>> AveragePool2D(3, padding="same").output_shape((28, 28))
    (10, 10, 1)
    """

    type: ClassVar[str] = "average_pool2d"

    size: Sides = 2
    stride: Stride = None
    padding: Padding = "valid"


@description
class GlobalAveragePool:
    """Take the mean of each channel over all places (Lin, Chen and Yan 2014).

    Images (H, W, C) or sounds (T, C) become (C,).

    >>> GlobalAveragePool().output_shape((7, 7, 64))
    (64,)
    """

    type: ClassVar[str] = "global_average_pool"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input.

        Raises:
            DescriptionError: these are neither images nor sounds with channels.
        """
        return self.window(input_shape).image[2:]

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return nothing: there is nothing to learn."""
        return ()

    def window(self, input_shape: Shape) -> Window:
        """Return the one window, as large as the image; a sound is one row high."""
        if len(input_shape) not in (2, 3):
            raise misfit(
                self,
                input_shape,
                "images (height, width, channels) or sounds (length, channels)",
                "leave it out where inputs are flat",
            )
        (height,) = input_shape[:-2] or (1,)
        width, channels = input_shape[-2:]
        size = (height, width)
        return moved(self, (*size, channels), size, stride=size, padding="valid")
