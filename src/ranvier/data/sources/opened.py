"""opened: whether a file is there, may be read and holds anything."""

import difflib
from pathlib import Path

from ranvier.errors import FileError


def check_file(path: Path) -> None:
    """Make sure that there is a file at `path` which may be read and holds something.

    Raises:
        FileError: there is none, it may not be read, or it is empty.
    """
    try:
        if path.is_dir():
            raise FileError(
                f"{path} is a folder, no table; give a file, or a pattern such as "
                f"{path / '*.csv'}."
            )
        with path.open("rb") as file:
            first = file.read(1)
    except FileError:
        raise
    except FileNotFoundError:
        raise FileError(f"there is no file {path}; {near_names(path)}.") from None
    except (OSError, ValueError) as error:
        raise FileError(cannot_read(path, error)) from None
    if not first:
        raise FileError(
            f"{path} is empty; give a table with a row of column names and rows of "
            "cells."
        )


def near_names(path: Path) -> str:
    """Say which name in the folder of `path` comes nearest, or what else to do."""
    try:
        names = [one.name for one in path.parent.iterdir()]
    except OSError:
        return f"there is no folder {path.parent} that you may read either"
    near = difflib.get_close_matches(path.name, names, n=1)
    return (
        f"did you mean {near[0]}? it lies there" if near else "give one that is there"
    )


def cannot_read(path: Path, error: Exception) -> str:
    """Say that `path` cannot be read, and what to do."""
    reason = getattr(error, "strerror", None) or str(error)
    return (
        f"{path} cannot be read ({reason}); give the path of a file that you may read, "
        "in a folder that you may read."
    )
