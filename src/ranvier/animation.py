"""animation: marks that come and go → a picture that moves, as SVG, GIF or PNG."""

import html
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ranvier.colours import indexed
from ranvier.figure import (
    FONT,
    PAPER,
    SMOOTH,
    Area,
    Figure,
    Mark,
    draw_marks,
    ending,
    sheet,
    smoothed,
    svg_document,
    svg_mark,
    write_picture,
)

if TYPE_CHECKING:
    from PIL.Image import Image

KINDS = (".svg", ".gif", ".png")


class Shown(NamedTuple):
    """Say from which frame on marks are seen, and before which they go; None: never."""

    marks: Sequence[Mark]
    first: int = 0
    until: int | None = None

    def is_seen(self, frame: int) -> bool:
        """Tell whether the marks are seen in a frame."""
        return self.first <= frame and (self.until is None or frame < self.until)


class Animation(NamedTuple):
    """Hold a picture that moves, with a title and a description for who listens.

    It goes round and round. On paper, where motion is not wanted, and in a PNG it
    stands still, as in its last frame. A notebook shows it.

    ground: what is seen always, below all that is `shown`.
    frames: how many there are, each seen for so many `seconds`, the last for `rest`
        seconds more.
    """

    size: tuple[int, int]
    title: str
    described: str
    ground: Sequence[Mark]
    shown: Sequence[Shown]
    frames: int
    seconds: float = 0.1
    rest: float = 2.5

    def frame(self, number: int) -> Figure:
        """Return one of the frames, the first being 0."""
        return Figure(
            self.size, self.title, self.described, [*self.ground, *self._seen(number)]
        )

    def svg(self) -> str:
        """Return an SVG file that moves by its own styles, without a script."""
        paper = Area((0, 0), self.size, PAPER)
        parts = [self._style(), *map(svg_mark, [paper, *self.ground])]
        for one in self.shown:
            parts += [f'<g class="{self._class(one)}">', *map(svg_mark, one.marks)]
            parts.append("</g>")
        opening = f'font-family="{html.escape(FONT)}"'
        return svg_document(self.size, self.title, self.described, parts, opening)

    def gif(self) -> bytes:
        """Return a GIF file, with one pixel for one each way."""
        drawn = indexed(list(self._images()))
        each, last = (
            10 * round(100 * seconds)
            for seconds in (self.seconds, self.seconds + self.rest)
        )
        file = io.BytesIO()
        drawn[0].save(
            file,
            "GIF",
            save_all=True,
            append_images=drawn[1:],
            duration=[each] * (self.frames - 1) + [last],
            loop=0,
        )
        return file.getvalue()

    def png(self) -> bytes:
        """Return the last frame as a PNG file, with two pixels for one each way."""
        return self.frame(self.frames - 1).png()

    def content(self, path: str | Path) -> bytes:
        """Return the picture as the file at `path` holds it: .svg, .gif or .png.

        Raises:
            FileError: `path` has another ending.
        """
        kind = ending(path, KINDS)
        if kind == ".svg":
            return self.svg().encode()
        return self.gif() if kind == ".gif" else self.png()

    def save(self, path: str | Path) -> None:
        """Write the picture as SVG, GIF or PNG, by the ending of `path`.

        Raises:
            FileError: the ending is another, or the file cannot be written.
        """
        write_picture(path, self.content(path))

    def _repr_svg_(self) -> str:
        return self.svg()

    def _seen(self, number: int) -> Iterator[Mark]:
        for one in self.shown:
            if one.is_seen(number):
                yield from one.marks

    def _images(self) -> "Iterator[Image]":
        ground = sheet(self.size, SMOOTH)
        draw_marks(ground, self.ground, SMOOTH)
        for number in range(self.frames):
            image = ground.copy()
            draw_marks(image, self._seen(number), SMOOTH)
            yield smoothed(image)

    @property
    def _round(self) -> float:
        """The seconds after which it starts again."""
        return self.frames * self.seconds + self.rest

    @property
    def _name(self) -> str:
        """A word of its own for its styles: a page may hold other animations."""
        text = f"{self.title}{self.described}{self.frames}"
        return f"a{zlib.crc32(text.encode(errors='replace')):08x}"

    def _span(self, one: Shown) -> tuple[float, float]:
        """Return when marks come, and for how many seconds they are seen."""
        start = one.first * self.seconds
        if one.until is None or one.until >= self.frames:
            return start, self._round - start
        return start, (one.until - one.first) * self.seconds

    def _class(self, one: Shown) -> str:
        until = "" if one.until is None else one.until
        return f"{self._name} {self._name}-{one.first}-{until}"

    def _style(self) -> str:
        """Return the styles by which marks come and go.

        Without them, what is seen is the last frame. Delays are negative, as of rounds
        that began before: so marks that come later are not seen in the first round.
        """
        rules, name, whole = {}, self._name, self._round
        for one in self.shown:
            start, length = self._span(one)
            if length >= whole:
                continue
            still = "visible" if one.is_seen(self.frames - 1) else "hidden"
            share = f"{100 * length / whole:.6g}"
            keys = f"{name}-{share.replace('.', '_')}"
            delay = start - whole if start else 0
            rules[f"@keyframes {keys}"] = (
                f"0%{{visibility:visible}}{share}%,to{{visibility:hidden}}"
            )
            rules[f".{self._class(one).split()[1]}"] = (
                f"visibility:{still};animation:{keys} {whole:g}s step-end "
                f"{delay:.6g}s infinite"
            )
        rules["@media print,(prefers-reduced-motion:reduce)"] = (
            f".{name}{{animation:none!important}}"
        )
        text = "\n".join(f"{which}{{{what}}}" for which, what in rules.items())
        return f"<style>\n{text}\n</style>"
