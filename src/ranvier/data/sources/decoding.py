"""decoding: many files at a time → rows of one memory, which may lie on the disk."""

import math
import os
import tempfile
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import FileError

Result = TypeVar("Result")
_AHEAD = 4


def for_each(read: Callable[[Path], Result], paths: Sequence[Path]) -> list[Result]:
    """Return what `read` makes of each path, in order, with all cores at work.

    The first error, in the order of the paths, ends it; no further file is begun.
    """
    results: list[Result] = []
    _run(read, paths, lambda _, result: results.append(result))
    return results


def decoded(
    paths: Sequence[Path],
    read: Callable[[Path], NDArray[Any]],
    shape: tuple[int, ...],
    memory: int,
    dtype: Any = np.uint8,
) -> NDArray[Any]:
    """Return (N, *shape): the row that `read` makes of each of N paths.

    More than `memory` bytes lie in a temporary file without a name, mapped into
    memory, which goes when the array does.

    Raises:
        FileError: a file cannot be read, or the disk has no room.
    """
    rows = _memory((len(paths), *shape), np.dtype(dtype), memory)

    def keep(place: int, row: NDArray[Any]) -> None:
        rows[place] = row

    _run(read, paths, keep)
    return rows


def _run(
    read: Callable[[Path], Result],
    paths: Sequence[Path],
    keep: Callable[[int, Result], None],
) -> None:
    """Read in threads, a few files ahead of what is kept."""
    workers = _cores()
    # Filters of warnings belong to the process: threads that set them need one around.
    with warnings.catch_warnings(), ThreadPoolExecutor(workers) as pool:
        warnings.simplefilter("ignore")
        waiting = iter(paths)
        running = [
            pool.submit(read, path) for path in islice(waiting, workers * _AHEAD)
        ]
        try:
            for place in range(len(paths)):
                keep(place, running.pop(0).result())
                running.extend(pool.submit(read, path) for path in islice(waiting, 1))
        finally:
            for future in running:
                future.cancel()


def _cores() -> int:
    here = getattr(os, "sched_getaffinity", None)
    return len(here(0)) if here else os.cpu_count() or 1


def _memory(shape: tuple[int, ...], dtype: np.dtype[Any], most: int) -> NDArray[Any]:
    size = math.prod(shape) * dtype.itemsize
    if size <= most:
        return np.empty(shape, dtype)
    try:
        with tempfile.TemporaryFile() as file:
            # Room is taken now: a page that finds none later would end the process.
            os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, dtype, "r+", shape=shape)
    except OSError as error:
        raise FileError(
            f"the data fill {size:,} bytes, more than memory={most:,}, and "
            f"{tempfile.gettempdir()} has no room for them ({error}); give a smaller "
            "size, more memory, or set TMPDIR to a folder on a larger disk."
        ) from None
