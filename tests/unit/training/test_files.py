import errno
import json
import os
import struct

import numpy as np
import pytest
from safetensors import safe_open

from ranvier.errors import FileError
from ranvier.training.files import read_file, replace_file
from ranvier.training.tensors import pack_tensors, read_tensors, write_tensors


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    replace_file(tmp_path / "a", b"old")
    replace_file(tmp_path / "a", b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [
        ("a", b"new")
    ]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    replace_file(tmp_path / "a", b"old")

    def full(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(FileError, match=r"No space left on device.*free space"):
        replace_file(tmp_path / "a", b"new")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"old"]


def test_what_is_no_plain_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match=r"cannot be written as it is no plain file"):
        replace_file(tmp_path / "pipe", b"new")
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone/a", "cannot be written: there is no folder .*gone; make it"),
        ("a\0b", "cannot be written .*that you may write to"),
    ],
)
def test_a_path_that_cannot_be_written_is_named(tmp_path, name, message):
    with pytest.raises(FileError, match=message):
        replace_file(tmp_path / name, b"")


@pytest.mark.parametrize("name", ["gone", ".", "a\0b"])
def test_a_path_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(FileError, match=r"cannot be read .*; give the path of a file"):
        read_file(tmp_path / name)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.arange(6, dtype=np.float32).reshape(2, 3).T,
        np.array([2**32 - 1], np.uint32),
        np.array([-1], np.int64),
        np.zeros((0, 3), np.float32),
    ],
)
def test_arrays_and_texts_come_back_as_they_were(tmp_path, array):
    write_tensors(tmp_path / "t", {"one": array}, {"epoch": "7", "é": "ü\n"})
    arrays, texts = read_tensors(tmp_path / "t")
    assert texts == {"epoch": "7", "é": "ü\n"}
    assert arrays["one"].dtype == array.dtype
    np.testing.assert_array_equal(arrays["one"], array)


def test_the_file_is_one_that_safetensors_reads(tmp_path):
    arrays = {"b": np.ones(3, np.float32), "a": np.array([[7]], np.int64)}
    write_tensors(tmp_path / "t", arrays, {"epoch": "7", "é": "ü\n"})
    with safe_open(tmp_path / "t", "np") as file:
        assert file.metadata() == {"epoch": "7", "é": "ü\n"}
        np.testing.assert_equal({name: file.get_tensor(name) for name in "ba"}, arrays)


def test_numbers_of_the_other_byte_order_are_turned(tmp_path):
    write_tensors(tmp_path / "t", {"one": np.array([1, 2], ">f4")}, {})
    assert read_tensors(tmp_path / "t").arrays["one"].tolist() == [1, 2]


def test_the_same_contents_give_the_same_bytes():
    arrays = {name: np.ones(2, np.float32) for name in "abcdef"}
    texts = dict.fromkeys("uvwxyz", "")
    turned = pack_tensors(dict(reversed(arrays.items())), dict(reversed(texts.items())))
    assert pack_tensors(arrays, texts) == turned


def packed(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype="F32", shape=(1,), offsets=(0, 4)):
    return {"one": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff" * 100,
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 10**8 + 1) + b"{}",
        packed(b"[" * 50_000),
        packed(b"{" * 50_000),
        packed([]),
        packed({"one": 1}),
        packed({"__metadata__": {"epoch": 1}}),
        packed(tensor(), b"abc"),
        packed(tensor(), b"abcde"),
        packed(tensor(offsets=(0, 2**60)), b"abcd"),
        packed(tensor(shape=(-1,)), b"abcd"),
        packed(tensor(shape=(2**63, 2**63)), b"abcd"),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_whole_safetensors_file_is_refused(tmp_path, content):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(FileError, match=r"/t is no whole safetensors file .*copy it"):
        read_tensors(tmp_path / "t")


@pytest.mark.parametrize("dtype", ["F64", "BF16", "BOOL", "U8"])
def test_numbers_of_a_foreign_type_are_refused(tmp_path, dtype):
    size = {"F64": 8, "BF16": 2}.get(dtype, 1)
    (tmp_path / "t").write_bytes(packed(tensor(dtype, (1,), (0, size)), b"\0" * size))
    with pytest.raises(FileError, match=f"/t holds 'one' as {dtype}; expected one of"):
        read_tensors(tmp_path / "t")


@pytest.mark.parametrize("shape", [(1,) * 65, (0, 2**62)])
def test_a_shape_that_no_array_can_have_is_refused(tmp_path, shape):
    data = b"" if 0 in shape else b"\0" * 4
    header = tensor("F32", shape, (0, len(data)))
    (tmp_path / "t").write_bytes(packed(header, data))
    with pytest.raises(FileError, match=r"/t holds 'one' in the shape .*no array can"):
        read_tensors(tmp_path / "t")
