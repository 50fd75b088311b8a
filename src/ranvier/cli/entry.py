"""entry: the program `ranvier`, from its words to its exit status.

0: done. 1: a defect of ranvier. 2: something in the words, the files or the data is
wrong, and one line says what. 130: stopped by Ctrl-C. 141: the reader of a pipe left.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from ranvier.cli.failures import REFUSED, describe

DONE = 0
_OBJECTS = 100_000  # that are made before Python looks for rubbish among them


def main() -> None:
    """Run the command that the words in `sys.argv` name, and exit with its status."""
    gc.set_threshold(_OBJECTS)  # importing makes many, and hardly any rubbish
    # Else Pydantic looks through all that is installed, for plugins we have no use for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    status = run(sys.argv[1:])
    gc.freeze()  # what is left goes with the process: nothing is to be searched for
    sys.exit(status)


def run(words: Sequence[str]) -> int:
    """Run the command that `words` name, and return its exit status.

    A failure is one line on standard error, or `{"error": …}` on standard output
    where the words hold --json.
    """
    _show_any_sign()
    flags = words[: words.index("--")] if "--" in words else words
    try:
        status = _run(words)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else REFUSED
    except BaseException as error:
        status = _fail(error, as_json="--json" in flags, debug="--debug" in flags)
    return _flushed(status)


def _run(words: Sequence[str]) -> int:
    from ranvier.cli.app import app

    status = app(list(words), prog_name="ranvier", standalone_mode=False)
    return status if isinstance(status, int) else DONE


def _fail(error: BaseException, *, as_json: bool, debug: bool) -> int:
    from ranvier.cli.screen import write_failure

    failure = describe(error)
    if debug:
        import traceback

        traceback.print_exception(error)
    if failure.line:
        write_failure(failure, as_json=as_json)
    return failure.status


def _show_any_sign() -> None:
    """Let signs that the terminal's encoding lacks be shown as ?, not be an error."""
    for stream in _streams():
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _flushed(status: int) -> int:
    """Write what is still to be written; Python would complain of it later."""
    for stream in _streams():
        try:
            stream.flush()
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            status = status or describe(error).status
    return status


def _streams() -> list[TextIO]:
    return [stream for stream in (sys.stdout, sys.stderr) if stream is not None]
