import gzip

import numpy as np
import pytest

from ranvier.data.sources.idx import read_header, read_values
from ranvier.errors import FileError
from tests.support.idx import CODES, idx_bytes

IMAGES = np.arange(120, dtype=np.uint8).reshape(6, 4, 5)
CONTENT = idx_bytes(IMAGES)


def read(path):
    header = read_header(path)
    array = np.empty(header.shape, header.dtype)
    read_values(path, array)
    return array


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "values-idx"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_values_of_every_type_are_read(write, kind, packed):
    values = (np.arange(24) - 3).reshape(2, 3, 2, 2).astype(kind)
    np.testing.assert_array_equal(read(write(packed(idx_bytes(values)))), values)


def test_a_file_in_several_packed_pieces_is_read(write):
    pieces = [gzip.compress(CONTENT[:50]), gzip.compress(CONTENT[50:])]
    np.testing.assert_array_equal(read(write(b"".join(pieces))), IMAGES)


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_file_cut_anywhere_is_refused(write, packed):
    content = packed(CONTENT)
    for length in range(len(content)):
        with pytest.raises(FileError, match="values-idx"):
            read(write(content[:length]))


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_file_that_is_longer_than_it_says_is_refused(write, packed):
    message = r"holds more values than its header says, \(6, 4, 5\); it was cut or"
    with pytest.raises(FileError, match=message):
        read(write(packed(CONTENT + b"\0")))


def test_a_file_with_fewer_values_than_it_says_is_refused(write):
    with pytest.raises(FileError, match="holds fewer values than its header says"):
        read(write(CONTENT[:-1]))


def test_a_file_cut_in_its_header_is_refused(write):
    with pytest.raises(FileError, match="ends in its header; it was cut: get it again"):
        read(write(CONTENT[:9]))


@pytest.mark.parametrize("place", [0, 1])
def test_a_packed_file_with_a_flipped_bit_is_refused(write, place):
    content = bytearray(gzip.compress(CONTENT))
    content[len(content) // 2 if place else -6] ^= 4
    with pytest.raises(FileError, match=r"cannot be read .* it is damaged: get it"):
        read(write(bytes(content)))


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"", "nothing"),
        (b"\0\0", "00 00"),
        (b"\x89PNG\r\n", "89 50 4e 47"),
        (b"\0\0\x0a\x01\0\0\0\1\0", "00 00 0a 01"),
        (b"\0\0\x08\x00", "00 00 08 00"),
        (b"\0\0\x08\x05" + bytes(20), "00 00 08 05"),
        (np.random.default_rng(0).bytes(500), "[0-9a-f ]{11}"),
    ],
)
def test_a_file_of_another_kind_is_refused(write, content, start):
    message = f"is no IDX file: it starts with {start}, expected 00 00, a type"
    with pytest.raises(FileError, match=message):
        read_header(write(content))


def test_a_header_that_promises_too_much_takes_no_memory(write):
    with pytest.raises(FileError, match="more than a file of its size can; it was cut"):
        read(write(b"\0\0\x0e\x04" + b"\xff" * 16 + bytes(50)))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"there is no file .*none; get it again"):
        read(tmp_path / "none")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FileError, match=r"cannot be read .*directory"):
        read(tmp_path)
    with pytest.raises(FileError, match=r"cannot be read .*directory"):
        read_values(tmp_path, np.empty(1, np.uint8))


def test_a_file_that_is_not_the_original_is_refused(write):
    message = "is not the original file: its SHA-256 is [0-9a-f]{64}, expected 00ff;"
    with pytest.raises(FileError, match=message):
        read_values(write(CONTENT), np.empty_like(IMAGES), "00ff")
