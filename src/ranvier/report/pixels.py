"""pixels: a small picture in the terminal, two pixels a character.

The sign ▀ has the upper pixel's colour; the lower pixel's is behind it.
"""

import itertools
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

MOST_COLUMNS = 32
"""A larger picture is shrunk by a whole number until it is no wider or higher."""

_BLOCKS, _PLAIN = " ▄▀█", " .':"  # the number's high bit is the upper pixel


class Pair(NamedTuple):
    """Hold the colours of two pixels, one above the other."""

    upper: tuple[int, int, int]
    lower: tuple[int, int, int]


class Picture:
    """Show an image (H, W) or (H, W, C) of bytes, C being 1, 3 or 4.

    Without colours, a pixel is shown if it is brighter than the middle between the
    darkest and the brightest.
    """

    def __init__(self, image: NDArray[np.uint8]) -> None:
        colours = image[..., None] if image.ndim == 2 else image[..., :3]
        height, width, _ = colours.shape
        small = shrunk(colours, math.ceil(max(height, width) / MOST_COLUMNS))
        below = np.zeros((small.shape[0] % 2, *small.shape[1:]), np.uint8)
        even = np.concatenate([small, below])
        self.pixels = np.broadcast_to(even, (*even.shape[:2], 3))

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[Segment]:
        if console.color_system is None or console.no_color:
            yield from self._without_colours(_PLAIN if options.ascii_only else _BLOCKS)
        else:
            yield from self._in_colours()

    def __rich_measure__(
        self, console: Console, options: ConsoleOptions
    ) -> Measurement:
        width = self.pixels.shape[1]
        return Measurement(width, width)

    def _in_colours(self) -> Iterator[Segment]:
        for upper, lower in self._line_pairs(self.pixels):
            pairs = map(_pair, upper, lower)
            for pair, same in itertools.groupby(pairs):
                yield _segment(pair, sum(1 for _ in same))
            yield Segment.line()

    def _without_colours(self, signs: str) -> Iterator[Segment]:
        grey = self.pixels.mean(axis=2)
        shown = (grey > (grey.min() + grey.max()) / 2).astype(int)
        for upper, lower in self._line_pairs(shown):
            yield Segment("".join(signs[place] for place in 2 * upper + lower))
            yield Segment.line()

    def _line_pairs(
        self, lines: NDArray[Any]
    ) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        return zip(lines[::2], lines[1::2], strict=True)


def shrunk(colours: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Return the mean of each square of `factor` × `factor` pixels."""
    height, width, channels = colours.shape
    short = (-height % factor, -width % factor)
    whole = np.pad(colours, ((0, short[0]), (0, short[1]), (0, 0)), mode="edge")
    squares = whole.reshape(
        whole.shape[0] // factor, factor, whole.shape[1] // factor, factor, channels
    )
    means: NDArray[np.uint8] = squares.mean(axis=(1, 3)).astype(np.uint8)
    return means


def _pair(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> Pair:
    return Pair(tuple(upper.tolist()), tuple(lower.tolist()))


def _segment(pair: Pair, count: int) -> Segment:
    return Segment((" " if pair.upper == pair.lower else "▀") * count, _style(pair))


@lru_cache(maxsize=4096)
def _style(pair: Pair) -> Style:
    behind = Color.from_rgb(*pair.lower)
    if pair.upper == pair.lower:
        return Style(bgcolor=behind)
    return Style(color=Color.from_rgb(*pair.upper), bgcolor=behind)
