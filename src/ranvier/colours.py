"""colours: images of any colours → the same in at most 255, as a GIF holds them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Colours = NDArray[np.uint8]

MOST = 255  # of 256; the last says that a pixel stays as it was
_SPREAD = 80  # of them, spread over all that is seen
_SAMPLES = 8  # images in which colours are looked for
_BITS = 2  # of each of red, green and blue that are not told apart


def indexed(images: "Sequence[Image]") -> "list[Image]":
    """Return images of equal size with one palette for all.

    Most of its colours are those that are seen most often, as they are; the others are
    spread over all that is seen, so that what is thin keeps its colour.
    """
    from PIL import Image

    palette = _palette(images)
    numbers, found = _nearest(palette), []
    for image in images:
        red, green, blue = np.moveaxis(np.asarray(image) >> _BITS, -1, 0)
        one = Image.fromarray(numbers[red, green, blue])
        one.putpalette(palette.ravel().tolist())
        found.append(one)
    return found


def _palette(images: "Sequence[Image]") -> Colours:
    """Return colours (K, 3), no two of which are told apart by the last bits alone."""
    from PIL import Image

    step = max(1, len(images) // _SAMPLES)
    few = [*images[:-1:step], images[-1]]
    width, height = images[0].size
    strip = Image.new("RGB", (width, height * len(few)))
    for place, image in enumerate(few):
        strip.paste(image, (0, place * height))
    spread = strip.quantize(_SPREAD, Image.Quantize.MAXCOVERAGE).convert("RGB")
    chosen: dict[tuple[int, ...], tuple[int, ...]] = {}
    for colour in (*_by_number(strip)[: MOST - _SPREAD], *_by_number(spread)):
        chosen.setdefault(tuple(part >> _BITS for part in colour), colour)
    return np.array(list(chosen.values()), np.uint8)


def _by_number(image: "Image") -> list[tuple[int, ...]]:
    """Return the colours of an image, those of most pixels first."""
    counted: Any = image.getcolors(image.width * image.height)
    return [colour for _, colour in sorted(counted, reverse=True)]


def _nearest(palette: Colours) -> Colours:
    """Return the number of the nearest of the palette's colours, by the first bits."""
    from scipy.spatial import KDTree

    side = 256 >> _BITS
    boxes = np.indices((side, side, side)).reshape(3, -1).T
    middles = (boxes << _BITS) + (2**_BITS - 1) / 2
    numbers = KDTree(palette).query(middles)[1].astype(np.uint8)
    cube: Colours = numbers.reshape(side, side, side)
    red, green, blue = (palette >> _BITS).T
    cube[red, green, blue] = np.arange(len(palette))  # as they are, whatever is nearer
    return cube
