"""window: images as a moving window meets them, one of its taps after the other.

A tap is one place in the window: over all its positions it meets every stride-th pixel
of the image, which is a plain slice.
"""

from collections.abc import Iterator

import numpy as np

from ranvier.engine.reference.array import Array
from ranvier.network import Window

Place = tuple[slice, slice, slice]


def padded(x: Array, window: Window, fill: float = 0.0) -> Array:
    """Return images (N, H, W, C) with the border that the window hangs over."""
    images = x.reshape(len(x), *window.image)
    borders = [(0, 0), *map(_border, range(2), [window] * 2), (0, 0)]
    return np.pad(images, borders, constant_values=fill)


def cropped(images: Array, window: Window) -> Array:
    """Return images without their border, (N, H, W, C)."""
    (height, width, _), (top, left) = window.image, window.padding
    return images[:, top : top + height, left : left + width]


def taps(window: Window) -> Iterator[tuple[tuple[int, ...], Place]]:
    """Yield each place in the window, and the slice of padded images that it meets."""
    for tap in np.ndindex(*window.size):
        rows, columns = (
            slice(start, start + (count - 1) * stride + 1, stride)
            for start, count, stride in zip(
                np.multiply(tap, window.dilation),
                window.output,
                window.stride,
                strict=True,
            )
        )
        yield tap, (slice(None), rows, columns)


def _border(axis: int, window: Window) -> tuple[int, int]:
    span = window.dilation[axis] * (window.size[axis] - 1) + 1
    reach = (window.output[axis] - 1) * window.stride[axis] + span
    before = window.padding[axis]
    return before, max(reach - before - window.image[axis], 0)
