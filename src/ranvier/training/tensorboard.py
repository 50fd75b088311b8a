"""tensorboard: the history of a run → event files, which TensorBoard reads.

A file is a row of TFRecords. Each holds an Event as tensorflow/core/util/event.proto
describes it; the few fields that are needed are encoded here, as protobuf's encoding
guide says.
"""

import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ranvier.errors import DescriptionError, FileError
from ranvier.training.files import cannot_write, replace_file
from ranvier.training.history import Epoch
from ranvier.training.run import check_run
from ranvier.training.scalars import scalars

if TYPE_CHECKING:
    from ranvier.training.run import Run

_VARINT, _DOUBLE, _BYTES, _FLOAT = 0, 1, 2, 5  # protobuf's wire types
_POLYNOMIAL = 0x82F63B78  # Castagnoli's, its bits reversed (RFC 3720, section 12.1)
_MASK = 0xA282EAD8  # TFRecord adds it to a checksum that was turned by 15 bits
_LARGEST = (2 - 2**-23) * 2.0**127  # what a float32 can hold
_VALIDATION = "val_"


def write_events(run: "Run", folder: str | Path) -> list[Path]:
    """Write the history of `run` for TensorBoard, and return the files written.

    They lie in `folder`/train and `folder`/validation, where there is such a part:
    TensorBoard draws both into one picture. The files of an earlier call are replaced.

    Raises:
        DescriptionError: there is no run, or it has no epoch yet.
        FileError: the folder cannot be written to.
    """
    check_run(run, "write_events")
    if not run.history:
        raise DescriptionError(
            f"{run!r} has no epoch to be written; train it for at least one."
        )
    parts = {"train": False, "validation": True}
    if run.history[0].val_loss is None:
        del parts["validation"]
    return [
        _written(run.history, Path(folder) / name, is_validation)
        for name, is_validation in parts.items()
    ]


def crc32c(content: bytes) -> int:
    """Return the checksum of RFC 3720, section 12.1.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    table, value = _table(), 0xFFFFFFFF
    for byte in content:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def record(content: bytes) -> bytes:
    """Return a TFRecord: the length, its checksum, the content, its checksum."""
    length = struct.pack("<Q", len(content))
    return length + _checksum(length) + content + _checksum(content)


def _written(history: Sequence[Epoch], folder: Path, is_validation: bool) -> Path:
    start = int(time.time() - sum(epoch.seconds for epoch in history))
    path = folder / f"events.out.tfevents.{start:010d}.ranvier"
    content = b"".join(map(record, _events(history, start, is_validation)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("events.out.tfevents.*.ranvier"):
            old.unlink()
    except (OSError, ValueError) as error:
        raise FileError(cannot_write(folder, error)) from None
    replace_file(path, content)
    return path


def _events(
    history: Sequence[Epoch], start: float, is_validation: bool
) -> Iterator[bytes]:
    """Yield the Events: which version this is, and then one for each epoch."""
    yield _field(1, _DOUBLE, start) + _field(3, _BYTES, b"brain.Event:2")
    now = start
    for epoch in history:
        now += epoch.seconds
        numbers = _of_part(scalars(epoch), is_validation)
        values = b"".join(_field(1, _BYTES, _value(*one)) for one in numbers.items())
        yield (
            _field(1, _DOUBLE, now)
            + _field(2, _VARINT, epoch.epoch)
            + _field(5, _BYTES, values)
        )


def _of_part(numbers: Mapping[str, float], is_validation: bool) -> dict[str, float]:
    return {
        name.removeprefix(_VALIDATION): number
        for name, number in numbers.items()
        if name.startswith(_VALIDATION) == is_validation
    }


def _value(tag: str, number: float) -> bytes:
    """Return a Summary.Value of one number."""
    return _field(1, _BYTES, tag.encode()) + _field(2, _FLOAT, number)


def _field(number: int, wire_type: int, value: float | bytes) -> bytes:
    """Return a field of a protobuf message: its key, then its value."""
    key = _varint(number << 3 | wire_type)
    if isinstance(value, bytes):
        return key + _varint(len(value)) + value
    if wire_type == _VARINT:
        return key + _varint(int(value))
    if wire_type == _FLOAT:
        return key + struct.pack("<f", max(-_LARGEST, min(value, _LARGEST)))
    return key + struct.pack("<d", value)


def _varint(number: int) -> bytes:
    """Return a number as groups of seven bits, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _checksum(content: bytes) -> bytes:
    """Return the checksum as TFRecord stores it."""
    value = crc32c(content)
    return struct.pack("<I", ((value >> 15 | value << 17) + _MASK) & 0xFFFFFFFF)


@cache
def _table() -> list[int]:
    """Return what each value of a byte does to a checksum."""
    return [_reduced(value) for value in range(256)]


def _reduced(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ _POLYNOMIAL * (value & 1)
    return value
