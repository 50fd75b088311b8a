"""screens: what a reader sees of something that Rich can print."""

import io
from typing import Any

from rich.console import Console, RenderableType


def shown(what: RenderableType, width: int = 80, **options: Any) -> str:
    """Return `what` as it is printed: without colours, to no terminal, unless told."""
    file = _Written(options.pop("encoding", "utf-8"))
    Console(file=file, width=width, highlight=False, **options).print(
        what, soft_wrap=True
    )
    return file.getvalue()


def lines(what: RenderableType, width: int = 80, **options: Any) -> list[str]:
    """Return the lines that are printed, without blanks at their ends."""
    return [line.rstrip() for line in shown(what, width, **options).splitlines()]


class _Written(io.StringIO):
    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding
