"""tensors: named arrays and named texts in one safetensors file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize

from ranvier.errors import FileError
from ranvier.training.files import read_file, replace_file

_TYPES = {"F32": np.float32, "U32": np.uint32, "I64": np.int64}
_NAMES: dict[type, str] = {kind: name for name, kind in _TYPES.items()}


class Tensors(NamedTuple):
    """Hold what a safetensors file holds: arrays, and the texts of its metadata."""

    arrays: dict[str, NDArray[Any]]
    texts: dict[str, str]


def pack_tensors(arrays: Mapping[str, NDArray[Any]], texts: dict[str, str]) -> bytes:
    """Return the bytes of a safetensors file: the same for the same contents.

    safetensors' own writer puts the texts in another order each time.
    """
    header: dict[str, Any] = {"__metadata__": dict(sorted(texts.items()))}
    parts, end = [], 0
    for name, array in sorted(arrays.items(), key=_wide_first):
        part = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        start, end = end, end + len(part)
        header[name] = {
            "dtype": _NAMES[array.dtype.type],
            "shape": array.shape,
            "data_offsets": (start, end),
        }
        parts.append(part)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


def unpack_tensors(content: bytes, path: Path) -> Tensors:
    """Return what the bytes of a safetensors file hold; `path` names it in errors.

    Raises:
        FileError: the bytes are cut short, or those of another kind of file.
    """
    try:
        # safetensors checks every length and offset before anything is read.
        tensors = deserialize(content)  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise FileError(
            f"{path} is no whole safetensors file ({error}): it was cut short, altered "
            "or is of another kind; copy it again, or make it anew."
        ) from None
    length = int.from_bytes(content[:8], "little")
    texts = json.loads(content[8 : 8 + length]).get("__metadata__") or {}
    return Tensors({name: _array(name, one, path) for name, one in tensors}, texts)


def write_tensors(
    path: Path, arrays: Mapping[str, NDArray[Any]], texts: dict[str, str]
) -> None:
    """Write a safetensors file, whole or not at all.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    replace_file(path, pack_tensors(arrays, texts))


def read_tensors(path: Path) -> Tensors:
    """Return what the safetensors file at `path` holds.

    Raises:
        FileError: the file is missing, cut short, or of another kind.
    """
    return unpack_tensors(read_file(path), path)


def _wide_first(named: tuple[str, NDArray[Any]]) -> tuple[int, str]:
    """Sort wide types before narrow ones, so that all lie on their own multiples."""
    name, array = named
    return (-array.itemsize, name)


def _array(name: str, tensor: dict[str, Any], path: Path) -> NDArray[Any]:
    if tensor["dtype"] not in _TYPES:
        raise FileError(
            f"{path} holds {name!r} as {tensor['dtype']}; expected one of "
            f"{', '.join(_TYPES)}; give a file that ranvier wrote."
        )
    flat = np.frombuffer(tensor["data"], _TYPES[tensor["dtype"]])
    try:
        return flat.reshape(tensor["shape"])
    except ValueError:
        raise FileError(
            f"{path} holds {name!r} in the shape {tensor['shape']}, which no array can "
            "have; give a file that ranvier wrote."
        ) from None
