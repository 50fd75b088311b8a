"""convolution: the same few weights at every place of an image or a sound."""

from typing import ClassVar

from ranvier.description import description
from ranvier.errors import DescriptionError
from ranvier.network.initializers import Shape
from ranvier.network.layers.options import (
    Bend,
    Bias,
    Draw,
    Padding,
    Sides,
    Steps,
    Units,
    pair,
)
from ranvier.network.layers.parameter import Parameter, weights
from ranvier.network.layers.window import Window, image_of, moved, sound_of


@description
class Conv2D:
    """Look at each place of an image through `filters` kernels (LeCun et al. 1998).

    Images (H, W, C) or (H, W) become (H', W', filters). weight has shape (height,
    width, C / groups, filters), bias (filters,). With `groups`, each group of filters
    sees its own group of channels; as many groups as channels look at each channel
    alone (depthwise; Howard et al. 2017, section 3.1). `dilation` leaves gaps between
    the weights of a kernel (Yu and Koltun 2016, equation 2).

    >>> Conv2D(16, 3, "relu").output_shape((28, 28))
    (28, 28, 16)
    >>> Conv2D(6, 5, padding="valid").parameters((28, 28))[0].shape
    (5, 5, 1, 6)
    """

    type: ClassVar[str] = "conv2d"

    filters: Units
    kernel_size: Sides = 3
    activation: Bend = "identity"
    stride: Sides = 1
    padding: Padding = "same"
    dilation: Sides = 1
    groups: Units = 1
    bias: Bias = True
    initializer: Draw = "auto"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input.

        Raises:
            DescriptionError: these are no images, are smaller than the kernel, or have
                channels that cannot be grouped.
        """
        return (*self.window(input_shape).output, self.filters)

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer owns, given the shape of one input."""
        channels = self.window(input_shape).image[2] // self.groups
        shape = (*pair(self.kernel_size), channels, self.filters)
        return weights(shape, self.initializer, self.activation, bias=self.bias)

    def window(self, input_shape: Shape) -> Window:
        """Return where the kernels stand on images of `input_shape`."""
        image = image_of(self, input_shape)
        _check_groups(self, image[2])
        return moved(
            self,
            image,
            pair(self.kernel_size),
            stride=pair(self.stride),
            dilation=pair(self.dilation),
            padding=self.padding,
        )


@description
class Conv1D:
    """Look at each moment of a sound through `filters` kernels.

    Sounds (T, C) or (T,) become (T', filters). weight has shape (kernel_size, C /
    groups, filters), bias (filters,); all else is as for Conv2D.

    >>> Conv1D(8, 5, stride=2).output_shape((100,))
    (50, 8)
    """

    type: ClassVar[str] = "conv1d"

    filters: Units
    kernel_size: Steps = 3
    activation: Bend = "identity"
    stride: Steps = 1
    padding: Padding = "same"
    dilation: Steps = 1
    groups: Units = 1
    bias: Bias = True
    initializer: Draw = "auto"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input.

        Raises:
            DescriptionError: these are no sounds, are shorter than the kernel, or have
                channels that cannot be grouped.
        """
        return (self.window(input_shape).output[1], self.filters)

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return what this layer owns, given the shape of one input."""
        channels = self.window(input_shape).image[2] // self.groups
        shape = (self.kernel_size, channels, self.filters)
        return weights(shape, self.initializer, self.activation, bias=self.bias)

    def window(self, input_shape: Shape) -> Window:
        """Return where the kernels stand on sounds, taken as images one row high."""
        image = sound_of(self, input_shape)
        _check_groups(self, image[2])
        return moved(
            self,
            image,
            (1, self.kernel_size),
            stride=(1, self.stride),
            dilation=(1, self.dilation),
            padding=self.padding,
        )


def _check_groups(layer: Conv2D | Conv1D, channels: int) -> None:
    if channels % layer.groups or layer.filters % layer.groups:
        raise DescriptionError(
            f"{type(layer).__name__}(filters={layer.filters}, groups={layer.groups}) "
            f"was given {channels} channels; groups must divide both the channels and "
            "the filters, leave it out for one group."
        )
