"""folder: the four IDX files of MNIST and its kin → one memory."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data.dataset import Dataset
from ranvier.data.sources.arrays import Origin, check_lengths, name_from, packed
from ranvier.data.sources.idx import IdxHeader, read_header, read_values
from ranvier.errors import DataError, FileError

MNIST_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


class _Part(NamedTuple):
    path: Path
    header: IdxHeader
    original: str | None


def load_idx_folder(folder: Path) -> Dataset:
    """Load a folder of IDX files under MNIST's names; the test files may be missing.

    Also read is the spelling `train-images.idx3-ubyte`.

    Raises:
        FileError: a file is missing, damaged, or no IDX file.
        DataError: the files do not fit each other.
    """
    return read_folder(folder, Origin(name_from(folder), str(folder.resolve())))


def read_folder(
    folder: Path, origin: Origin, originals: Mapping[str, str] | None = None
) -> Dataset:
    """Read images and labels straight into one memory, the test rows last.

    `originals` are the SHA-256 that the files must have when they are unpacked.

    Raises:
        FileError: a file is missing, damaged, or not the original.
        DataError: the files do not fit each other.
    """
    files = [_find(folder, name) for name in MNIST_NAMES]
    if files[2] is None and files[3] is None:
        del files[2:]
    missing = [name for name, path in zip(MNIST_NAMES, files, strict=False) if not path]
    if missing:
        raise FileError(
            f"{folder} has no {missing[0]} or {missing[0]}.gz; give a folder with "
            f"{', '.join(MNIST_NAMES)}, the last two only if there is a test part."
        )
    parts = [
        _Part(path, read_header(path), (originals or {}).get(name))
        for name, path in zip(MNIST_NAMES, files, strict=False)
        if path
    ]
    if len(parts) > 2:
        count = parts[2].header.shape[0]
        check_lengths(count, parts[3].header.shape[0], "test ")
        origin = origin._replace(test_count=count)
    return packed(_joined(parts[::2]), _joined(parts[1::2]), origin)


def _find(folder: Path, name: str) -> Path | None:
    spellings = (name, name.replace("-idx", ".idx"))
    paths = (folder / f"{one}{end}" for one in spellings for end in ("", ".gz"))
    return next((path for path in paths if path.is_file()), None)


def _joined(parts: list[_Part]) -> NDArray[np.generic]:
    first = parts[0].header
    if any(
        (p.header.dtype, p.header.shape[1:]) != (first.dtype, first.shape[1:])
        for p in parts
    ):
        raise DataError(
            f"{parts[0].path.name} holds {first.dtype} rows of {first.shape[1:]}, "
            f"{parts[1].path.name} {parts[1].header.dtype} rows of "
            f"{parts[1].header.shape[1:]}; give files of one kind."
        )
    count = sum(part.header.shape[0] for part in parts)
    memory = np.empty((count, *first.shape[1:]), first.dtype)
    start = 0
    for part in parts:
        end = start + part.header.shape[0]
        read_values(part.path, memory[start:end], part.original)
        start = end
    return memory
