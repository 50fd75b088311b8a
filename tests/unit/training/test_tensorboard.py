"""Event files, read back by what the formats' documents say and nothing of ours."""

import dataclasses
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ranvier.errors import DescriptionError, FileError
from ranvier.training import Epoch, Run, write_events
from ranvier.training.tensorboard import crc32c, record
from tests.support.learning import RECIPE, trained

CHECKSUMS = [
    (bytes(32), 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
    (bytes(reversed(range(32))), 0x113FDB5C),
]
"""RFC 3720, appendix B.4."""


@pytest.fixture(scope="module")
def run() -> Run:
    return trained()


def bitwise(content: bytes) -> int:
    """Return the checksum by long division, a bit at a time."""
    value = 0xFFFFFFFF
    for byte in content:
        for place in range(8):
            odd = (value ^ byte >> place) & 1
            value = value >> 1 ^ (0x82F63B78 if odd else 0)
    return value ^ 0xFFFFFFFF


def masked(content: bytes) -> int:
    value = bitwise(content)
    return ((value >> 15) + (value << 17 & 0xFFFFFFFF) + 0xA282EAD8) % 2**32


def records(content: bytes) -> Iterator[bytes]:
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        data = content[12 : 12 + length]
        sums = content[8:12] + content[12 + length : 16 + length]
        assert struct.unpack("<II", sums) == (masked(content[:8]), masked(data))
        yield data
        content = content[16 + length :]


def varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (content[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if content[at - 1] < 128:
            return value, at


def fields(content: bytes) -> dict[int, list[Any]]:
    """Return the fields of a protobuf message by their numbers."""
    found: dict[int, list[Any]] = {}
    at = 0
    while at < len(content):
        key, at = varint(content, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(content, at)
        elif kind == 2:
            length, at = varint(content, at)
            value, at = content[at : at + length], at + length
        else:
            size, form = {1: (8, "<d"), 5: (4, "<f")}[kind]
            (value,), at = struct.unpack(form, content[at : at + size]), at + size
        found.setdefault(number, []).append(value)
    return found


def numbers(event: dict[int, list[Any]]) -> dict[str, float]:
    """Return the simple values of an event's summary by their tags."""
    values = map(fields, fields(event[5][0])[1])
    return {value[1][0].decode(): value[2][0] for value in values}


def events(path: Path) -> list[dict[int, list[Any]]]:
    return [fields(one) for one in records(path.read_bytes())]


@pytest.mark.parametrize(("content", "checksum"), CHECKSUMS)
def test_the_checksum_is_that_of_the_rfc(content, checksum):
    assert crc32c(content) == bitwise(content) == checksum


def test_a_record_holds_its_length_its_content_and_both_checksums():
    assert list(records(record(b"") + record(b"abc" * 100))) == [b"", b"abc" * 100]


def test_a_file_says_its_version_and_then_every_epoch(run, tmp_path):
    path, _ = write_events(run, tmp_path)
    first, *others = events(path)
    assert first[3] == [b"brain.Event:2"]
    assert [one[2] for one in others] == [[1], [2], [3], [4], [5], [6]]
    times = [one[1][0] for one in [first, *others]]
    assert times == sorted(times)


def test_the_values_are_those_of_the_history(run, tmp_path):
    train, validation = (events(path)[3] for path in write_events(run, tmp_path))
    epoch = run.history[2]
    shown = numbers(train)
    assert shown["loss"] == pytest.approx(epoch.loss)
    assert shown["gradient_norm/dense_1"] == pytest.approx(
        epoch.gradient_norms["dense_1"]
    )
    assert "val_loss" not in shown
    assert numbers(validation) == pytest.approx(
        {"loss": epoch.val_loss, "accuracy": epoch.val_accuracy}
    )


def test_the_files_are_called_as_tensorboard_looks_for_them(run, tmp_path):
    paths = write_events(run, tmp_path / "new" / "log")
    assert [path.parent.name for path in paths] == ["train", "validation"]
    assert all(path.name.startswith("events.out.tfevents.") for path in paths)


def test_without_validation_rows_there_is_one_file(tmp_path):
    recipe = dataclasses.replace(RECIPE, validation=0.0, epochs=1)
    (path,) = write_events(trained(recipe=recipe), tmp_path)
    assert path.parent.name == "train"


def test_a_second_writing_replaces_the_first(run, tmp_path):
    write_events(run, tmp_path)
    (tmp_path / "train" / "events.out.tfevents.1.ranvier").touch()
    (tmp_path / "train" / "mine").touch()
    path, _ = write_events(run, tmp_path)
    assert sorted(path.parent.iterdir()) == [path, path.parent / "mine"]


def test_what_a_float32_cannot_hold_is_as_much_as_it_can(run, tmp_path):
    epoch = Epoch(1, 1e300, None, None, None, 0.1, {}, 0.0)
    (path,) = write_events(dataclasses.replace(run, history=[epoch]), tmp_path)
    assert numbers(events(path)[1])["loss"] == pytest.approx(3.4028235e38)


def test_a_run_without_epochs_is_refused(run, tmp_path):
    with pytest.raises(DescriptionError, match="has no epoch to be written; train it"):
        write_events(dataclasses.replace(run, history=[]), tmp_path)


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(DescriptionError, match=r"write_events.* given 'runs/a-1'"):
        write_events("runs/a-1", tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(run, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="train cannot be written"):
        write_events(run, tmp_path / "file")
