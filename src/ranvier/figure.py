"""figure: areas, lines, dots and words → a picture, as SVG or PNG.

Lengths are in pixels, from the top left corner. Later marks lie over earlier ones.
"""

import html
import io
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from ranvier.errors import FileError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Point = tuple[float, float]

INK, FAINT, PAPER = "#1f2430", "#667085", "#ffffff"
_FONT = 'system-ui,-apple-system,"Segoe UI",sans-serif'
_ANCHORS = {"start": "l", "middle": "m", "end": "r"}
_SCALE, _SMOOTH = 2, 2  # PNG: pixels drawn for one, and how much finer before that


class Area(NamedTuple):
    """Fill a rectangle."""

    corner: Point
    size: Point
    colour: str


class Line(NamedTuple):
    """Join points."""

    points: Sequence[Point]
    colour: str
    width: float = 1.0
    name: str = ""


class Dots(NamedTuple):
    """Put a disc of a diameter at each point."""

    points: Sequence[Point]
    colour: str
    size: float
    name: str = ""


class Words(NamedTuple):
    """Write on a line that starts, ends or has its middle at a point."""

    text: str
    at: Point
    anchor: Literal["start", "middle", "end"] = "start"
    colour: str = INK
    size: float = 13.0
    is_bold: bool = False


Mark = Area | Line | Dots | Words


class Figure(NamedTuple):
    """Hold a picture of some size, with a title and a description for who listens.

    A notebook shows it as it stands.
    """

    size: tuple[int, int]
    title: str
    described: str
    marks: Sequence[Mark]

    def svg(self) -> str:
        """Return the picture as the text of an SVG file that stands alone."""
        paper = Area((0, 0), self.size, PAPER)
        parts = map(_svg_mark, [paper, *self.marks])
        opening = f'font-family="{html.escape(_FONT)}"'
        return svg_document(self.size, self.title, self.described, parts, opening)

    def png(self) -> bytes:
        """Return the picture as a PNG file, with two pixels for one each way."""
        from PIL import Image, ImageDraw

        width, height = self.size
        fine = _SCALE * _SMOOTH
        image = Image.new("RGB", (width * fine, height * fine), PAPER)
        for mark in self.marks:
            _draw_mark(ImageDraw.Draw(image), mark, fine)
        drawn = image.resize(
            (width * _SCALE, height * _SCALE), Image.Resampling.LANCZOS
        )
        file = io.BytesIO()
        drawn.save(file, "PNG", optimize=True)
        return file.getvalue()

    def content(self, path: str | Path) -> bytes:
        """Return the picture as the file at `path` holds it: .svg or .png.

        Raises:
            FileError: `path` has another ending.
        """
        ending = Path(path).suffix.lower()
        if ending not in (".svg", ".png"):
            raise FileError(
                f"{path} is no picture's name that can be written; end it in .svg or "
                ".png."
            )
        return self.svg().encode() if ending == ".svg" else self.png()

    def save(self, path: str | Path) -> None:
        """Write the picture as SVG or PNG, by the ending of `path`.

        Raises:
            FileError: the ending is another, or the file cannot be written.
        """
        content = self.content(path)
        try:
            Path(path).write_bytes(content)
        except OSError as error:
            raise FileError(
                f"{path} cannot be written ({error.strerror}); choose a folder that "
                "is there and that you may write to."
            ) from None

    def _repr_svg_(self) -> str:
        return self.svg()


def svg_document(
    size: tuple[float, float],
    title: str,
    described: str,
    parts: Iterable[str],
    attributes: str = "",
) -> str:
    """Return an SVG file of `parts`, which screen readers tell by the texts."""
    number = f"{zlib.crc32((title + described).encode()):08x}"
    width, height = (f"{side:g}" for side in size)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {attributes} role="img" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'aria-labelledby="title-{number} desc-{number}">'
    )
    heads = (
        f'<title id="title-{number}">{html.escape(title)}</title>',
        f'<desc id="desc-{number}">{html.escape(described)}</desc>',
    )
    return "\n".join([opening, *heads, *parts, "</svg>"])


def _svg_mark(mark: Mark) -> str:
    match mark:
        case Area((x, y), (width, height), colour):
            return (
                f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
                f'fill="{colour}"/>'
            )
        case Line(points, colour, width, name):
            places = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
            return (
                f'<polyline{_label(name)} points="{places}" fill="none" '
                f'stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"/>'
            )
        case Dots(points, colour, size, name):
            places = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
            return (
                f'<path{_label(name)} d="{places}" fill="none" stroke="{colour}" '
                f'stroke-width="{size:g}" stroke-linecap="round"/>'
            )
        case Words(text, (x, y), anchor, colour, size, is_bold):
            weight = ' font-weight="600"' if is_bold else ""
            return (
                f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}" '
                f'font-size="{size:g}"{weight}>{html.escape(text)}</text>'
            )


def _label(name: str) -> str:
    return f' data-name="{html.escape(name)}"' if name else ""


def _draw_mark(draw: "ImageDraw", mark: Mark, fine: int) -> None:
    from PIL import ImageFont

    match mark:
        case Area((x, y), (width, height), colour):
            far = ((x + width) * fine - 1, (y + height) * fine - 1)
            draw.rectangle((x * fine, y * fine, *far), fill=colour)
        case Line(points, colour, width):
            places = [(x * fine, y * fine) for x, y in points]
            draw.line(places, fill=colour, width=round(width * fine), joint="curve")
        case Dots(points, colour, size):
            for x, y in points:
                left, top = (x - size / 2) * fine, (y - size / 2) * fine
                far = (left + size * fine, top + size * fine)
                draw.ellipse((left, top, *far), fill=colour)
        case Words(text, (x, y), anchor, colour, size, is_bold):
            draw.text(
                (x * fine, y * fine),
                text,
                fill=colour,
                font=ImageFont.load_default(size * fine),
                anchor=f"{_ANCHORS[anchor]}s",
                stroke_width=fine / 8 if is_bold else 0,
            )
