"""figure: areas, lines, dots, pixels and words → a picture, as SVG or PNG.

Lengths are in pixels, from the top left corner. Later marks lie over earlier ones.
"""

import base64
import html
import io
import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from ranvier.errors import FileError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Point = tuple[float, float]

INK, FAINT, PAPER = "#1f2430", "#667085", "#ffffff"
FONT = 'system-ui,-apple-system,"Segoe UI",sans-serif'
_ANCHORS = {"start": "l", "middle": "m", "end": "r"}
KINDS = (".svg", ".png")
_UNHOLDABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SCALE, SMOOTH = 2, 2  # PNG: pixels drawn for one, and how much finer before that


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


class Raster(NamedTuple):
    """Fill a rectangle with pixels (H, W, 3 or 4), shades between them running over."""

    corner: Point
    size: Point
    pixels: "NDArray[np.uint8]"


Mark = Area | Line | Dots | Words | Raster


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
        parts = map(svg_mark, [paper, *self.marks])
        opening = f'font-family="{html.escape(FONT)}"'
        return svg_document(self.size, self.title, self.described, parts, opening)

    def png(self) -> bytes:
        """Return the picture as a PNG file, with two pixels for one each way."""
        fine = _SCALE * SMOOTH
        image = sheet(self.size, fine)
        draw_marks(image, self.marks, fine)
        return png_of(smoothed(image))

    def content(self, path: str | Path) -> bytes:
        """Return the picture as the file at `path` holds it: .svg or .png.

        Raises:
            FileError: `path` has another ending.
        """
        is_drawn = ending(path, KINDS) == ".svg"
        return self.svg().encode() if is_drawn else self.png()

    def save(self, path: str | Path) -> None:
        """Write the picture as SVG or PNG, by the ending of `path`.

        Raises:
            FileError: the ending is another, or the file cannot be written.
        """
        write_picture(path, self.content(path))

    def _repr_svg_(self) -> str:
        return self.svg()


def ending(path: str | Path, known: Iterable[str]) -> str:
    """Return how the name of a picture's file ends, one of those `known`.

    Raises:
        FileError: it ends in another way.
    """
    found, endings = Path(path).suffix.lower(), list(known)
    if found not in endings:
        listed = f"{', '.join(endings[:-1])} or {endings[-1]}"
        raise FileError(
            f"{path} is no picture's name that can be written; end it in {listed}."
        )
    return found


def write_picture(path: str | Path, content: bytes) -> None:
    """Write the content of a picture's file.

    Raises:
        FileError: it cannot be written.
    """
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise FileError(
            f"{path} cannot be written ({error.strerror}); choose a folder that "
            "is there and that you may write to."
        ) from None


def address(pixels: "NDArray[np.uint8]") -> str:
    """Return pixels (H, W) or (H, W, 3 or 4) as an address that holds them all."""
    from PIL import Image

    content = base64.b64encode(png_of(Image.fromarray(pixels))).decode()
    return f"data:image/png;base64,{content}"


def png_of(image: "Image") -> bytes:
    """Return an image as a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def sheet(size: tuple[int, int], fine: int) -> "Image":
    """Return white paper of a size, with `fine` pixels for one each way."""
    from PIL import Image

    width, height = size
    return Image.new("RGB", (width * fine, height * fine), PAPER)


def draw_marks(image: "Image", marks: Iterable[Mark], fine: int) -> None:
    """Draw marks onto an image that has `fine` pixels for one each way."""
    from PIL import ImageDraw

    for mark in marks:
        if isinstance(mark, Raster):
            _paste(image, mark, fine)
        else:
            _draw_mark(ImageDraw.Draw(image), mark, fine)


def smoothed(image: "Image") -> "Image":
    """Return an image with one pixel for `SMOOTH` each way."""
    from PIL import Image

    width, height = image.size
    return image.resize((width // SMOOTH, height // SMOOTH), Image.Resampling.LANCZOS)


def svg_document(
    size: tuple[float, float],
    title: str,
    described: str,
    parts: Iterable[str],
    attributes: str = "",
) -> str:
    """Return an SVG file of `parts`, which screen readers tell by the texts."""
    number = f"{zlib.crc32((title + described).encode(errors='replace')):08x}"
    width, height = (f"{side:g}" for side in size)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {attributes} role="img" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'aria-labelledby="title-{number} desc-{number}">'
    )
    heads = (
        f'<title id="title-{number}">{escaped(title)}</title>',
        f'<desc id="desc-{number}">{escaped(described)}</desc>',
    )
    return "\n".join([opening, *heads, *parts, "</svg>"])


def svg_mark(mark: Mark) -> str:
    """Return a mark as an element of an SVG file."""
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
                f'font-size="{size:g}"{weight}>{escaped(text)}</text>'
            )
        case Raster((x, y), (width, height), pixels):
            return (
                f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
                f'preserveAspectRatio="none" href="{address(pixels)}"/>'
            )


def escaped(text: str) -> str:
    """Return a text as an SVG file can hold it; signs that none can become �.

    >>> escaped("a < b" + chr(0))
    'a &lt; b�'
    """
    return _UNHOLDABLE.sub("�", html.escape(text))


def _label(name: str) -> str:
    return f' data-name="{escaped(name)}"' if name else ""


def _paste(image: "Image", mark: Raster, fine: int) -> None:
    from PIL import Image

    (x, y), (width, height), pixels = mark
    size = (round(width * fine), round(height * fine))
    shades = Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR)
    mask = shades if shades.mode == "RGBA" else None
    image.paste(shades, (round(x * fine), round(y * fine)), mask)


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
