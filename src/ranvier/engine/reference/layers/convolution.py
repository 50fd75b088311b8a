"""convolution: the same few weights at every place; a sound is an image one row high.

N images of H × W pixels with C channels become H' × W' pixels with F filters. With G
groups, each F / G filters see their own C / G channels.
"""

from collections.abc import Iterator

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers.layer import Own, Pass
from ranvier.engine.reference.layers.window import cropped, padded, taps
from ranvier.network import PlacedLayer

_PLACES = ((0, 1, 2), (0, 1, 2))  # rows and pixels, summed over


def convolution(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return z (N, H', W', F): for each tap of the kernel, its pixel times its weight.

    weight (height, width, C / G, F), bias (F,). The kernel is not flipped.
    """
    window = at.layer.window(at.input_shape)
    images, weight = padded(x, window), _kernel(at, own)
    z = np.zeros((len(x), *window.output, at.layer.filters))
    for tap, place in taps(window):
        for channels, filters in _groups(at):
            pixels = images[place][..., channels]
            z[..., filters] += pixels @ weight[tap][:, filters]
    if "bias" in own:
        z += own["bias"]
    return z.reshape(len(x), *at.output_shape)


def convolution_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradients of weight and bias by name, and that of x.

    As for a dense layer, tap by tap: a weight shares the blame of every place that it
    looked at, a pixel that of every window that it was in.
    """
    window = at.layer.window(at.input_shape)
    images, weight = padded(x, window), _kernel(at, own)
    grad_z = grad_z.reshape(len(x), *window.output, -1)
    grad_images, grad_weight = np.zeros_like(images), np.zeros_like(weight)
    for tap, place in taps(window):
        for channels, filters in _groups(at):
            blame, pixels = grad_z[..., filters], images[place][..., channels]
            grad_weight[tap][:, filters] = np.tensordot(pixels, blame, _PLACES)
            grad_images[place][..., channels] += blame @ weight[tap][:, filters].T
    gradients = {"weight": grad_weight.reshape(own["weight"].shape)}
    if "bias" in own:
        gradients["bias"] = grad_z.sum(axis=(0, 1, 2))
    return gradients, cropped(grad_images, window).reshape(x.shape)


def _kernel(at: PlacedLayer, own: Own) -> Array:
    """Return the weight as (height, width, C / G, F), that of a sound too."""
    weight = own["weight"]
    size: tuple[int, int] = at.layer.window(at.input_shape).size
    return weight.reshape(*size, *weight.shape[-2:])


def _groups(at: PlacedLayer) -> Iterator[tuple[slice, slice]]:
    """Yield for each group its channels and its filters."""
    count: int = at.layer.groups
    channels = at.layer.window(at.input_shape).image[2] // count
    filters = at.layer.filters // count
    for group in range(count):
        yield (
            slice(group * channels, (group + 1) * channels),
            slice(group * filters, (group + 1) * filters),
        )
