"""failures: an exception → the one line that says it, and the exit status."""

from typing import NamedTuple

from ranvier.errors import RanvierError

DEFECT, REFUSED, STOPPED, READER_LEFT = 1, 2, 130, 141


class Failure(NamedTuple):
    """Hold what to say of an exception, in one line or not at all, and the status."""

    line: str
    status: int


class StoppedError(Exception):
    """Carry a Ctrl-C, with how to go on, past Typer, which would keep it to itself."""


class ReaderLeftError(Exception):
    """Say that nobody reads standard output any more, as after `| head`."""


def describe(error: BaseException) -> Failure:
    """Return what to say of `error`."""
    said = one_line(str(error))
    if isinstance(error, RanvierError):
        return Failure(said, REFUSED)
    if isinstance(error, (StoppedError, KeyboardInterrupt)):
        return Failure(said or "stopped.", STOPPED)
    if isinstance(error, (ReaderLeftError, BrokenPipeError)):
        return Failure("", READER_LEFT)
    if hasattr(error, "format_message"):
        return Failure(one_line(_usage(error, error.format_message())), REFUSED)
    if isinstance(error, MemoryError):
        return Failure(
            f"there is not enough memory ({said}); make the network, the batches or "
            "the data smaller.",
            REFUSED,
        )
    return Failure(
        f"this is a defect of ranvier: {type(error).__name__}: {said}; run the command "
        "again with --debug, and report what it shows.",
        DEFECT,
    )


def one_line(text: str) -> str:
    """Return `text` in one line, with what cannot be printed as its escape."""
    joined = " ".join(text.split())
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode()
        for sign in joined
    )


def _usage(error: BaseException, message: str) -> str:
    """Complete a message of Typer's with the value given, and with how to get help."""
    checks = getattr(error.__cause__, "errors", None)
    given = f" (given: {checks()[0]['input']})" if checks else ""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ranvier"
    end = "" if message.endswith("?") else "."
    return f"{message.rstrip('.')}{given}{end} Try '{command} --help'."
