import warnings

import numpy as np
import pytest
from PIL import Image

from ranvier.data import ImageForm, load, load_pictures, read_image
from ranvier.data.sources import decoding
from ranvier.errors import DataError, FileError

RAMP = (np.arange(48).reshape(6, 8) * 5).astype(np.uint8)
COLOURS = np.stack([RAMP, 255 - RAMP, RAMP // 2], axis=2)


@pytest.fixture
def put(tmp_path):
    def put(**pictures):
        for name, array in pictures.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(array, bytes):
                path.write_bytes(array)
            else:
                Image.fromarray(array).save(path)
        return tmp_path

    return put


def test_pictures_become_bytes_with_the_names_of_their_folders(put):
    data = load_pictures(put(up__1_png=RAMP, up__2_png=RAMP[::-1], down__1_png=RAMP))
    assert data.schema.classes == ("down", "up")
    assert data.schema.image == ImageForm(6, 8)
    assert data.targets.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(data.inputs, [RAMP, RAMP, RAMP[::-1]])


@pytest.mark.parametrize("kind", ["png", "bmp", "jpg", "webp", "gif", "tiff"])
def test_every_kind_of_file_is_read_as_at_prediction(put, kind):
    folder = put(**{f"a__1_{kind}": COLOURS, "b__1_png": COLOURS})
    data = load_pictures(folder, colour=True)
    row = read_image(folder / "a" / f"1.{kind}", data.schema.image)
    np.testing.assert_array_equal(data.inputs[0], row)


def test_the_commonest_size_is_taken(put):
    folder = put(a__1_png=RAMP, a__2_png=RAMP[:3, :3], b__1_png=RAMP, b__2_png=RAMP.T)
    assert load_pictures(folder).inputs.shape == (4, 6, 8)


def test_large_pictures_are_scaled_down_to_64(put):
    large = np.zeros((100, 200), np.uint8)
    assert load_pictures(put(a__1_png=large, b__1_png=large)).inputs.shape[1:] == (
        32,
        64,
    )


def test_a_turned_picture_counts_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in "ab":
        (tmp_path / name).mkdir()
        Image.fromarray(RAMP).save(tmp_path / name / "1.jpg", exif=exif)
        Image.fromarray(RAMP).save(tmp_path / name / "2.png", exif=exif)
    assert load_pictures(tmp_path).inputs.shape == (4, 8, 6)


@pytest.mark.parametrize(("size", "shape"), [(5, (5, 5)), ((5, 9), (5, 9))])
def test_a_size_can_be_given(put, size, shape):
    data = load_pictures(put(a__1_png=RAMP, b__1_png=RAMP), size=size)
    assert data.inputs.shape[1:] == shape
    assert load(data.source).fingerprint() == data.fingerprint()


@pytest.mark.parametrize("size", [0, (5,), (5, 2.5), 2**14])
def test_what_is_no_size_is_refused(put, size):
    with pytest.raises(DataError, match=r"size=.*: give the side of a square, or"):
        load_pictures(put(a__1_png=RAMP, b__1_png=RAMP), size=size)


def test_one_coloured_picture_makes_all_coloured(put):
    data = load_pictures(put(a__1_png=RAMP, b__1_png=COLOURS))
    assert data.schema.image == ImageForm(6, 8, 3)
    np.testing.assert_array_equal(data.inputs[0], np.stack([RAMP] * 3, axis=2))


def test_grey_pictures_in_coloured_files_become_grey(put):
    grey = np.stack([RAMP] * 3, axis=2)
    data = load_pictures(put(a__1_png=grey, b__1_png=grey))
    np.testing.assert_array_equal(data.inputs, [RAMP, RAMP])


@pytest.mark.parametrize(("colour", "rank"), [(True, 4), (False, 3)])
def test_colour_can_be_chosen(put, colour, rank):
    data = load_pictures(put(a__1_png=RAMP, b__1_png=COLOURS), colour=colour)
    assert data.inputs.ndim == rank


def test_a_test_part_stays_one(put):
    folder = put(train__a__1_png=RAMP, train__b__1_png=RAMP, test__b__1_png=255 - RAMP)
    data = load_pictures(folder)
    np.testing.assert_array_equal(data.test.inputs, [255 - RAMP])
    assert len(data.train) == 2


def test_names_can_tell_the_class(put):
    data = load_pictures(put(cat_1_png=RAMP, dog_1_png=RAMP), pattern="{label}.{i}.png")
    assert data.schema.classes == ("cat", "dog")


def test_more_than_the_memory_lies_in_a_file_with_the_same_bytes(put):
    folder = put(a__1_png=RAMP, b__1_png=COLOURS)
    mapped = load_pictures(folder, memory=100)
    base = mapped.memory_inputs.base
    while not isinstance(base, np.memmap):
        base = base.base
    assert mapped.fingerprint() == load_pictures(folder).fingerprint()


def test_a_full_disk_is_told_before_the_first_picture_is_read(put, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(decoding.os, "posix_fallocate", full)
    with pytest.raises(FileError, match=r"fill 96 bytes, more than memory=9, .*TMPDIR"):
        load_pictures(put(a__1_png=RAMP, b__1_png=RAMP), memory=9)


@pytest.mark.parametrize("content", [b"", b"no picture", b"%PDF-1.4"])
def test_a_file_that_is_no_picture_is_named(put, content):
    with pytest.raises(FileError, match=r"a/2.png cannot be read as a picture"):
        load_pictures(put(a__1_png=RAMP, a__2_png=content, b__1_png=RAMP))


def test_a_picture_cut_short_is_named(put):
    folder = put(a__1_bmp=RAMP, b__1_bmp=RAMP)
    whole = (folder / "b" / "1.bmp").read_bytes()
    (folder / "b" / "1.bmp").write_bytes(whole[:-20])
    with pytest.raises(FileError, match=r"b/1.bmp cannot be read as a picture .*trunc"):
        load_pictures(folder)


@pytest.mark.parametrize("sides", [(9_000, 9_000), (15_000, 15_400)])
def test_a_picture_of_millions_of_pixels_is_refused_by_its_header(put, sides):
    folder = put(a__1_png=RAMP, b__1_bmp=RAMP)
    path = folder / "b" / "1.bmp"
    header = bytearray(path.read_bytes()[:54])
    header[18:26] = np.array(sides, "<u4").tobytes()
    path.write_bytes(bytes(header))
    with pytest.raises(FileError, match=r"1.bmp has .* pixels.*give it scaled down"):
        load_pictures(folder)


def test_warnings_are_heard_again_after_pictures_were_read(put):
    load_pictures(put(a__1_png=RAMP, b__1_png=RAMP))
    with pytest.warns(UserWarning, match="still heard"):
        warnings.warn("still heard", UserWarning, stacklevel=1)
