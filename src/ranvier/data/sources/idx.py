"""idx: arrays in the format of MNIST's files (http://yann.lecun.com/exdb/mnist/).

Two zero bytes, a byte for the type, one for the number of dimensions; then each
dimension as four bytes, then the values; the highest byte first, all through.
"""

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import FileError

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_BLOCK = 2**18
_MOST_PACKED = 1032
"""Deflate packs no more than this many bytes into one (zlib's technical notes)."""


class IdxHeader(NamedTuple):
    """Say what an IDX file holds; `start` holds its first bytes, as they are."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: bytes


def read_header(path: Path) -> IdxHeader:
    """Return what the IDX file at `path`, gzipped or not, says it holds.

    Raises:
        FileError: the file is missing, or is no IDX file.
    """
    try:
        with path.open("rb") as file:
            return _header(_unpacked(file), path)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from None


def read_values(path: Path, into: NDArray[Any], original: str | None = None) -> None:
    """Fill `into`, contiguous and of the header's shape and type, with the values.

    `original` is the SHA-256 that the file must have when it is unpacked.

    Raises:
        FileError: the file is damaged, cut, or not the original.
    """
    digest = hashlib.sha256()
    values = into.reshape(-1).view(np.uint8).data
    try:
        with path.open("rb") as file:
            stream = _unpacked(file)
            digest.update(_header(stream, path).start)
            filled = 0
            while count := stream.readinto(values[filled : filled + _BLOCK]):  # type: ignore[attr-defined]
                filled += count
            more = stream.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from None
    if filled < len(values) or more:
        raise FileError(
            f"{path} holds {'more' if more else 'fewer'} values than its header "
            f"says, {into.shape}; it was cut or altered: get it again."
        )
    digest.update(values)
    if original and digest.hexdigest() != original:
        raise FileError(
            f"{path} is not the original file: its SHA-256 is {digest.hexdigest()}, "
            f"expected {original}; install ranvier again."
        )


def _unpacked(file: BinaryIO) -> BinaryIO:
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if zipped else file


def _header(stream: BinaryIO, path: Path) -> IdxHeader:
    magic = stream.read(4)
    code, rank = (magic[2], magic[3]) if len(magic) == 4 else (0, 0)
    if magic[:2] != b"\0\0" or code not in _TYPES or not 1 <= rank <= 4:
        raise FileError(
            f"{path} is no IDX file: it starts with {magic.hex(' ') or 'nothing'}, "
            "expected 00 00, a type and 1 to 4 dimensions, as in 00 00 08 03."
        )
    sizes = stream.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise FileError(f"{path} ends in its header; it was cut: get it again.")
    shape = struct.unpack(f">{rank}I", sizes)
    dtype = np.dtype(_TYPES[code])
    possible = path.stat().st_size * _MOST_PACKED
    if math.prod(shape) * dtype.itemsize > possible:
        raise FileError(
            f"{path} says that it holds {shape} values, more than a file of its size "
            "can; it was cut or altered: get it again."
        )
    return IdxHeader(dtype, shape, magic + sizes)


def _damaged(path: Path, error: Exception) -> FileError:
    if isinstance(error, FileError):
        return error
    if isinstance(error, FileNotFoundError):
        return FileError(f"there is no file {path}; get it again.")
    return FileError(f"{path} cannot be read ({error}); it is damaged: get it again.")
