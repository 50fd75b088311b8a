"""crashes: a process that dies at a chosen step of its writing to the disk."""

from pathlib import Path
from typing import Any

import pytest


class Killed(BaseException):
    """Stand for kill -9: nothing may catch it."""


class Disk:
    """Count the steps of writing, and die after the step `dies_at`; 0 is never.

    A step is half of what is written to a file, or all of it, or a file put in place.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.steps = self.dies_at = 0
        self._write, self._open, self._replace = (
            Path.write_bytes,
            Path.open,
            Path.replace,
        )
        # A function binds the path that it is called on, a method would not.
        patch.setattr(Path, "write_bytes", lambda *given: self._written(*given))  # noqa: PLW0108
        patch.setattr(Path, "open", lambda *given, **how: self._opened(*given, **how))  # noqa: PLW0108
        patch.setattr(Path, "replace", lambda *given: self._replaced(*given))  # noqa: PLW0108

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at:
            raise Killed

    def _written(self, path: Path, content: bytes) -> None:
        self._write(path, content[: len(content) // 2])
        self._step()
        self._write(path, content)
        self._step()

    def _replaced(self, path: Path, target: Path) -> None:
        self._replace(path, target)
        self._step()

    def _opened(self, path: Path, mode: str = "r", **how: Any) -> Any:
        file: Any = self._open(path, mode, **how)
        if mode == "a":
            write = file.write

            def torn(text: str) -> None:
                for half in (text[: len(text) // 2], text[len(text) // 2 :]):
                    write(half)
                    file.flush()
                    self._step()

            file.write = torn
        return file
