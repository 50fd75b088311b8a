"""summary: what a network is made of, counted, and as a table of plain text."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ranvier.network.layers import PlacedLayer
    from ranvier.network.network import Network

Row = tuple[str, ...]

_HEADS = ("name", "layer", "output", "weights", "biases", "total")
_BIASES = ("bias", "shift")
_WORDS = 3  # so many columns hold words, set to the left; the others hold numbers


def counted(network: "Network") -> "Iterator[tuple[PlacedLayer, int, int]]":
    """Yield each layer with the numbers of its weights and of its biases.

    What shifts a sum counts as a bias, what scales one as a weight; only what is
    learnt is counted. The layers inside a Residual come after it.

    Raises:
        DescriptionError: the shape of the input is not known yet.
    """
    for placed in network.walk():
        learnt = {
            one.name: math.prod(one.shape) for one in placed.parameters if one.is_learnt
        }
        biases = sum(learnt.pop(name, 0) for name in _BIASES)
        yield placed, sum(learnt.values()), biases


def table(network: "Network") -> str:
    """Return name, kind, output shape, weights and biases of each layer, and totals.

    Raises:
        DescriptionError: the shape of the input is not known yet.
    """
    counts = list(counted(network))
    layers = [
        (
            placed.name,
            kind(placed),
            str(placed.output_shape),
            *_numbers(weights, biases),
        )
        for placed, weights, biases in counts
    ]
    totals = _numbers(sum(w for _, w, _ in counts), sum(b for _, _, b in counts))
    rows = [("input", "", str(network.input_shape), "", "", ""), *layers]
    kept = sum(
        math.prod(one.shape)
        for placed, _, _ in counts
        for one in placed.parameters
        if not one.is_learnt
    )
    aside = f"\nand {kept:,} numbers that are kept, but not learnt" if kept else ""
    return _aligned([_HEADS, *rows, ("total", "", "", *totals)]) + aside


def kind(placed: "PlacedLayer") -> str:
    """Return what a layer is, in two words, such as `dense sigmoid`."""
    bend = getattr(placed.layer, "activation", "")
    return f"{placed.layer.type} {bend}".rstrip()


def _numbers(weights: int, biases: int) -> Row:
    return tuple(f"{number:,}" for number in (weights, biases, weights + biases))


def _aligned(rows: list[Row]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _line(row: Row, widths: list[int]) -> str:
    signs = "<" * _WORDS + ">" * (len(row) - _WORDS)
    cells = zip(row, signs, widths, strict=True)
    return "  ".join(f"{cell:{sign}{width}}" for cell, sign, width in cells).rstrip()
