"""files: written whole or not at all, read or refused with a reason."""

from pathlib import Path

from ranvier.errors import FileError


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then put it in its place in one step.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except (OSError, ValueError) as error:
        raise FileError(cannot_write(path, error)) from None


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
    return (
        f"{path} cannot be written ({_reason(error)}); free space on its disk, or "
        "choose a folder that you may write to."
    )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
