"""screen: what goes to standard output and to standard error.

Answers go to standard output, and so does an error with --json, so that there is
always one JSON document; progress and other errors go to standard error.
"""

import contextlib
import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from ranvier.cli.failures import STOPPED, Failure, ReaderLeftError
from ranvier.errors import FileError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

STYLES = {
    "bar.complete": "cyan",
    "bar.finished": "green",
    "bar.pulse": "cyan",
    "progress.elapsed": "dim",
}


class Answer(NamedTuple):
    """Hold what a command has to say: for programs, and for people."""

    document: dict[str, Any]
    text: "RenderableType"


def show(answer: Answer, *, as_json: bool) -> None:
    """Write an answer to standard output.

    Raises:
        ReaderLeftError: nobody reads it.
        FileError: it cannot be written, as to a full disk.
    """
    if as_json:
        _write_document(answer.document)
        return
    try:
        write(console(stderr=False), answer.text)
    except OSError as error:
        raise _unwritable(error) from None


def write_failure(failure: Failure, *, as_json: bool) -> None:
    """Write the one line that says what failed."""
    if as_json:
        with contextlib.suppress(FileError, ReaderLeftError):
            _write_document({"error": failure.line})
            return
    from rich.text import Text

    head = "" if failure.status == STOPPED else "error: "
    styled = Text.assemble((head, "bold red"), failure.line)
    write(console(stderr=True), styled)


def write(screen: "Console", text: "RenderableType") -> None:
    """Write `text`, wrapped between words in a terminal, and not at all elsewhere."""
    screen.print(text, soft_wrap=not screen.is_terminal)


def console(*, stderr: bool) -> "Console":
    """Return a console that shows numbers and paths as they are."""
    from rich.console import Console
    from rich.theme import Theme

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            raise ReaderLeftError

    return Screen(stderr=stderr, highlight=False, emoji=False, theme=Theme(STYLES))


def _write_document(document: dict[str, Any]) -> None:
    try:
        text = json.dumps(_finite(document), indent=2, allow_nan=False)
        print(text, flush=True)  # noqa: T201 - the one document on standard output
    except OSError as error:
        raise _unwritable(error) from None


def _unwritable(error: OSError) -> ReaderLeftError | FileError:
    if isinstance(error, BrokenPipeError):
        return ReaderLeftError()
    return FileError(
        f"standard output cannot be written ({error.strerror}); free space on its "
        "disk, or send it elsewhere."
    )


def _finite(value: Any) -> Any:
    """Return `value` with null for numbers that JSON lacks."""
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
