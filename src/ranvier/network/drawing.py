"""drawing: a network as SVG, a column for its input and for each layer.

Flat values are drawn as nodes, the channels of images and sounds as squares.
"""

import html
import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

from ranvier.figure import svg_document
from ranvier.network.summary import counted

if TYPE_CHECKING:
    from ranvier.network.initializers import Shape
    from ranvier.network.network import Network

_SLOTS = 15  # as many nodes are drawn in a column; of more, the first and last seven
_GAP, _RADIUS, _DOT = 26, 9, 2.2  # between two nodes; of a node; of an ellipsis
_PITCH, _MARGIN = 210, 96  # between two columns; from the edge to the first
_TOP, _BOTTOM = 40, 118  # above the highest node; below the lowest, for labels

_STYLE = """
.ranvier-net{--paper:#fff;--ink:#1f2430;--faint:#667085;--edge:#8b95a7;
--input:#64748b;--hidden:#3b6fd4;--output:#d9622b;
font:13px system-ui,-apple-system,"Segoe UI",sans-serif;max-width:100%;height:auto}
@media (prefers-color-scheme:dark){.ranvier-net{--paper:#14171c;--ink:#e8ebf0;
--faint:#98a2b3;--edge:#6b7688;--input:#94a3b8;--hidden:#7aa5f5;--output:#f2935f}}
.ranvier-net .paper{fill:var(--paper)}
.ranvier-net .edges{stroke:var(--edge);stroke-width:.75;stroke-opacity:.5;fill:none}
.ranvier-net circle,.ranvier-net g rect{stroke:var(--paper);stroke-width:2.5;
paint-order:stroke}
.ranvier-net .input{fill:var(--input)}
.ranvier-net .hidden{fill:var(--hidden)}
.ranvier-net .output{fill:var(--output)}
.ranvier-net text{text-anchor:middle;fill:var(--faint)}
.ranvier-net .name{font-weight:600;fill:var(--ink)}
"""


class _Column(NamedTuple):
    role: str
    name: str
    lines: tuple[str, ...]
    size: int
    is_image: bool = False

    @property
    def drawn(self) -> int:
        return min(self.size, _SLOTS)

    def heights(self, middle: float) -> list[float]:
        """Return where nodes are drawn; a large layer leaves a gap in the middle."""
        steps = (_GAP * (i - (self.drawn - 1) / 2) for i in range(self.drawn))
        return [middle + step for step in steps if step or self.size <= _SLOTS]


def svg(network: "Network") -> str:
    """Return a drawing of `network` as the text of an SVG file that stands alone.

    Raises:
        DescriptionError: the shape of the input is not known yet.
    """
    columns = _columns(network)
    width = 2 * _MARGIN + _PITCH * (len(columns) - 1)
    tall = _GAP * (max(column.drawn for column in columns) - 1)
    places = [
        [(_MARGIN + _PITCH * i, y) for y in column.heights(_TOP + tall / 2)]
        for i, column in enumerate(columns)
    ]
    sides = (width, _TOP + tall + _BOTTOM)
    parts = [
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{sides[0]:g}" height="{sides[1]:g}" rx="12"/>',
        *itertools.starmap(_edges, itertools.pairwise(places)),
        *map(_nodes, columns, places),
        *(
            _labels(column, xy[0][0], _TOP + tall)
            for column, xy in zip(columns, places, strict=True)
        ),
    ]
    names = "; ".join(f"{one.name}: {', '.join(one.lines)}" for one in columns)
    title = f"A neural network with {network.size:,} weights and biases"
    described = f"From left to right: {names}."
    return svg_document(sides, title, described, parts, 'class="ranvier-net"')


def _columns(network: "Network") -> list[_Column]:
    placed = list(network.placed())
    shape = placed[0].input_shape
    lines: tuple[str, ...] = (_many(math.prod(shape), "value"),)
    if len(shape) > 1:
        lines = (_sides(shape), *lines)
    is_image = len(shape) > 1 and len(placed[0].output_shape) > 1
    size = math.prod(shape[2:]) if is_image else math.prod(shape)
    columns = [_Column("input", "input", lines, size, is_image)]
    counts = {one.name: (weights, biases) for one, weights, biases in counted(network)}
    for one in placed:
        shape, bend = one.output_shape, getattr(one.layer, "activation", "")
        own = [counts[each.name] for each in one.walk()]
        weights, biases = (sum(column) for column in zip(*own, strict=True))
        lines = (f"{_sides(shape)} × {bend}" if bend else _sides(shape),)
        if one.parameters or one.inner:
            words = _many(biases, "bias") if biases else "no biases"
            lines = (*lines, _many(weights, "weight"), words)
        columns.append(_Column("hidden", one.name, lines, shape[-1], len(shape) > 1))
    return [*columns[:-1], columns[-1]._replace(role="output")]


def _sides(shape: "Shape") -> str:
    return " × ".join(f"{side:,}" for side in shape)


def _many(count: int, thing: str) -> str:
    ending = "" if count == 1 else "es" if thing.endswith("s") else "s"
    return f"{count:,} {thing}{ending}"


def _edges(left: list[tuple[int, float]], right: list[tuple[int, float]]) -> str:
    lines = (
        f"M{a} {b:g}C{(a + c) // 2} {b:g} {(a + c) // 2} {d:g} {c} {d:g}"
        for (a, b), (c, d) in itertools.product(left, right)
    )
    return f'<path class="edges" d="{"".join(lines)}"/>'


def _nodes(column: _Column, places: list[tuple[int, float]]) -> str:
    drawn = _square if column.is_image else _circle
    marks = [drawn(x, y, _RADIUS) for x, y in places]
    if column.size > _SLOTS:
        middle = (places[0][1] + places[-1][1]) / 2
        marks += [_circle(places[0][0], middle + step, _DOT) for step in (-8, 0, 8)]
    return f'<g class="{column.role}">{"".join(marks)}</g>'


def _circle(x: int, y: float, radius: float) -> str:
    return f'<circle cx="{x}" cy="{y:g}" r="{radius:g}"/>'


def _square(x: int, y: float, radius: float) -> str:
    side = 2 * radius
    return (
        f'<rect x="{x - radius:g}" y="{y - radius:g}" width="{side:g}" '
        f'height="{side:g}" rx="2"/>'
    )


def _labels(column: _Column, x: int, lowest: float) -> str:
    name = html.escape(column.name)
    return f'<text class="name" x="{x}" y="{lowest + 40:g}">{name}</text>' + "".join(
        f'<text x="{x}" y="{lowest + 60 + 18 * i:g}">{html.escape(line)}</text>'
        for i, line in enumerate(column.lines)
    )
