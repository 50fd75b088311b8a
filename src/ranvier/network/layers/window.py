"""window: where a kernel or a pool stands as it moves over an image."""

import math
from typing import NamedTuple

from ranvier.network.initializers import Shape
from ranvier.network.layers.options import Pair, misfit

ONE: Pair = (1, 1)


class Window(NamedTuple):
    """Say where a window stands for each output; pairs are (of rows, of columns).

    image: height, width and channels. size: its rows and columns, each `dilation`
    from the next. stride: its steps. padding: what lies before the image's first row
    and column; behind its last, as much as the outputs ask for. output: its places.
    """

    image: tuple[int, int, int]
    size: Pair
    stride: Pair
    dilation: Pair
    padding: Pair
    output: Pair


def image_of(layer: object, shape: Shape) -> tuple[int, int, int]:
    """Return height, width and channels of images; (H, W) has one channel.

    Raises:
        DescriptionError: `shape` is none of an image.
    """
    if len(shape) == 2:
        return (*shape, 1)
    if len(shape) == 3:
        return shape
    raise misfit(
        layer,
        shape,
        "images (height, width) or (height, width, channels)",
        "put Reshape((height, width, channels)) before it, or feed it images",
    )


def sound_of(layer: object, shape: Shape) -> tuple[int, int, int]:
    """Return 1, length and channels of sounds; (T,) has one channel.

    Raises:
        DescriptionError: `shape` is none of a sound.
    """
    if len(shape) == 1:
        return (1, *shape, 1)
    if len(shape) == 2:
        return (1, *shape)
    raise misfit(
        layer,
        shape,
        "sounds (length,) or (length, channels)",
        "put Reshape((length, channels)) before it, or feed it sounds",
    )


def moved(
    layer: object,
    image: tuple[int, int, int],
    size: Pair,
    *,
    stride: Pair,
    dilation: Pair = ONE,
    padding: str,
) -> Window:
    """Return where a window stands on an image.

    With "same" there are ceil(side / stride) places a side, the window hangs over the
    border alike on both sides, and by one more behind it where it cannot (the rule of
    TensorFlow). With "valid" it stays inside.

    Raises:
        DescriptionError: it must stay inside, and is larger than the image.

    >>> moved(None, (28, 28, 1), (5, 5), stride=(1, 1), padding="valid").output
    (24, 24)
    """
    spans = [d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True)]
    sides = list(zip(image[:2], spans, stride, strict=True))
    if padding == "valid" and any(span > side for side, span, _ in sides):
        raise misfit(
            layer,
            image,
            f"height and width of at least {spans[0]} × {spans[1]}",
            'use padding="same", or a smaller window',
        )
    if padding == "valid":
        output = [(side - span) // step + 1 for side, span, step in sides]
        before = [0, 0]
    else:
        output = [math.ceil(side / step) for side, _, step in sides]
        before = [
            max((count - 1) * step + span - side, 0) // 2
            for count, (side, span, step) in zip(output, sides, strict=True)
        ]
    return Window(image, size, stride, dilation, _pair(before), _pair(output))


def _pair(sides: list[int]) -> Pair:
    rows, columns = sides
    return rows, columns
