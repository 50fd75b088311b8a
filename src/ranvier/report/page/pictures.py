"""pictures: rows and weights → small PNG pictures that stand in the page itself."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Schema
from ranvier.figure import address
from ranvier.report.pixels import shrunk

MOST_SIDE = 48
"""A larger picture is shrunk by a whole number until it is no wider or higher."""

Bytes = NDArray[np.uint8]

_ABOVE, _BELOW = (0xD9, 0x62, 0x2B), (0x3B, 0x6F, 0xD4)  # zero
_GAP = 1  # pixel between two tiles


def is_pictured(schema: Schema) -> bool:
    """Tell whether a row of `schema` can be seen as a picture."""
    shape = schema.input_shape
    return len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4))


def pictures(rows: NDArray[Any], schema: Schema) -> list[str]:
    """Return each row of (N, H, W) or (N, H, W, C) as the address of a picture.

    Numbers that are no bytes run from the least of all rows to the largest. Of a
    sound, time runs to the right and low bands lie below.
    """
    if not len(rows):
        return []
    seen = rows if rows.dtype == np.uint8 else _bytes(rows)
    if schema.sound is not None:
        seen = seen.swapaxes(1, 2)[:, ::-1]
    return [address(_small(one)) for one in seen]


def signed(weights: NDArray[Any], largest: float) -> Bytes:
    """Return weights (H, W) as pixels (H, W, 4): the larger, the less seen through.

    largest: the size of a weight whose colour is full; negative ones are blue,
    positive ones orange.
    """
    strength = np.abs(weights) / (largest or 1.0)
    pixels = np.empty((*weights.shape, 4), np.uint8)
    pixels[..., :3] = np.where((weights > 0)[..., None], _ABOVE, _BELOW)
    pixels[..., 3] = np.rint(255 * np.clip(strength, 0, 1))
    return pixels


def mosaic(tiles: Bytes, across: int) -> Bytes:
    """Return tiles (N, H, W, 4) in rows of `across`, with nothing between them."""
    count, height, width, channels = tiles.shape
    down = math.ceil(count / across)
    whole = np.zeros((down * across, height + _GAP, width + _GAP, channels), np.uint8)
    whole[:count, :height, :width] = tiles
    rows = whole.reshape(down, across, *whole.shape[1:]).swapaxes(1, 2)
    pixels = rows.reshape(down * (height + _GAP), across * (width + _GAP), channels)
    return np.ascontiguousarray(pixels[:-_GAP, :-_GAP])


def _bytes(rows: NDArray[Any]) -> Bytes:
    low, high = float(rows.min()), float(rows.max())
    reach = (high - low) or 1.0
    return np.rint((rows.astype(np.float64) - low) * (255 / reach)).astype(np.uint8)


def _small(image: Bytes) -> Bytes:
    colours = image[..., None] if image.ndim == 2 else image
    factor = math.ceil(max(colours.shape[:2]) / MOST_SIDE)
    small = shrunk(colours, factor) if factor > 1 else colours
    return small[..., 0] if small.shape[2] == 1 else small
