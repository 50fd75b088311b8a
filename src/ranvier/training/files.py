"""files: written whole or not at all, read or refused with a reason."""

import re
from pathlib import Path

from ranvier.errors import FileError

_NUMBER = re.compile(r" \(os error \d+\).*", re.DOTALL)  # as Polars ends its own


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then put it in its place in one step.

    Raises:
        FileError: the folder cannot be written to, the disk is full, or something
            that is no plain file, such as a device, is in that place.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            raise FileError(
                f"{path} cannot be written as it is no plain file; choose a folder and "
                "a name for a new one."
            )
        _write(beside, content)
        beside.replace(path)
    except FileError:
        raise
    except (OSError, ValueError) as error:
        raise FileError(cannot_write(path, error)) from None


def _write(path: Path, content: bytes) -> None:
    """Write all of `content`, or leave nothing."""
    try:
        path.write_bytes(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def read_file(path: Path) -> bytes:
    """Return what the file at `path` holds.

    Raises:
        FileError: there is no such file, or it may not be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise FileError(
            f"{path} cannot be read ({_reason(error)}); give the path of a file that "
            "is there and that you may read."
        ) from None


def cannot_write(path: Path, error: Exception) -> str:
    """Say that `path` cannot be written, and what to do."""
    if isinstance(error, FileNotFoundError):
        return (
            f"{path} cannot be written: there is no folder {path.parent}; make it, or "
            "choose a folder that is there."
        )
    return (
        f"{path} cannot be written ({_reason(error)}); free space on its disk, or "
        "choose a folder that you may write to."
    )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or _NUMBER.sub("", str(error))
