"""lock: one training at a time in a folder."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ranvier.errors import FileError


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other processes from training in `folder`; a kill lets go of it.

    Where the system knows no such locks, as Windows, nothing is held.

    Raises:
        FileError: another process is training there.
    """
    if os.name != "posix":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FileError(
            f"{folder} is being trained in by another process; wait for it to end, or "
            "choose another folder."
        ) from None
    except OSError:
        return  # some network disks lock no folders
