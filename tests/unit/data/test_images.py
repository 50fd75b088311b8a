import io

import numpy as np
import pytest
from PIL import Image

from ranvier.data import ImageForm, read_image
from ranvier.data.images import read_header
from ranvier.errors import DataError, FileError

GREY, COLOUR, CLEAR = ImageForm(6, 8), ImageForm(6, 8, 3), ImageForm(6, 8, 4)
CENTRED = ImageForm(28, 28, centred="mass")
RAMP = np.arange(48, dtype=np.uint8).reshape(6, 8) * 5
COLOURS = np.stack([RAMP, 255 - RAMP, RAMP // 2], axis=2)
SIGN = np.full((60, 50), 250, np.uint8)
SIGN[10:50, 20:26] = 5
LOSSLESS = ["png", "bmp", "gif", "tiff", "ppm", "webp"]


@pytest.fixture
def save(tmp_path):
    def save(array, kind="png", mode=None, **options):
        path = tmp_path / f"my picture.{kind}"
        picture = Image.fromarray(array)
        picture.convert(mode or picture.mode).save(path, **options)
        return path

    return save


GRAIN = np.random.default_rng(0).integers(0, 256, (60, 50)).astype(np.uint8)


def encoded(kind, array=SIGN):
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_picture_of_the_rows_size_is_read_as_it_is(save, kind):
    options = {"lossless": True} if kind == "webp" else {}
    np.testing.assert_array_equal(read_image(save(RAMP, kind, **options), GREY), RAMP)


@pytest.mark.parametrize("kind", ["png", "bmp", "tiff", "ppm"])
def test_colours_are_read_channels_last(save, kind):
    np.testing.assert_array_equal(read_image(save(COLOURS, kind), COLOUR), COLOURS)


def test_a_jpeg_is_read_but_for_its_loss(save):
    row = read_image(save(RAMP, "jpeg", quality=95), GREY).astype(int)
    assert np.abs(row - RAMP).max() < 20


@pytest.mark.parametrize("path_type", [str, lambda path: path])
def test_a_path_may_be_a_text(save, path_type):
    assert read_image(path_type(save(RAMP)), GREY).shape == (6, 8)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("form", [GREY, COLOUR, CLEAR])
def test_every_mode_gives_every_form(save, mode, form):
    black_white = np.where(RAMP > 120, 255, 0).astype(np.uint8)
    row = read_image(save(black_white, "png", mode), form)
    assert row.shape == form.shape
    assert row.dtype == np.uint8
    first = row if form is GREY else row[..., 0]
    np.testing.assert_array_equal(first, black_white)


def test_a_printers_colours_are_read(save):
    row = read_image(save(COLOURS, "tiff", "CMYK"), COLOUR).astype(int)
    assert np.abs(row - COLOURS).max() < 40


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_sixteen_bits_become_eight(save, kind):
    deep = RAMP.astype(np.uint16) * 257
    np.testing.assert_array_equal(read_image(save(deep, kind), GREY), RAMP)


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0])
def test_floats_of_a_picture_reach_to_the_next_usual_white(save, white):
    values = (RAMP / 255 * white).astype(np.float32)
    np.testing.assert_array_equal(read_image(save(values, "tiff"), GREY), RAMP)


def test_a_dark_picture_of_sixteen_bits_stays_dark(save):
    assert read_image(save(RAMP.astype(np.uint16), "png"), GREY).max() == 1
    dark = save(RAMP.astype(np.int32), "pgm")
    assert dark.read_bytes().startswith(b"P5\n8 6\n65535\n")
    assert read_image(dark, GREY).max() == 1


@pytest.mark.parametrize(
    "array",
    [
        RAMP,
        RAMP.astype(np.int64),
        RAMP / 255,
        RAMP.astype(np.uint16) * 257,
        (RAMP.astype(np.uint16) * 257).astype(">u2"),
        RAMP[..., None],
        RAMP.T.copy().T,
        np.stack([RAMP] * 3, axis=2),
        np.stack([RAMP] * 3 + [RAMP * 0 + 255], axis=2),
        np.stack([RAMP, RAMP * 0 + 255], axis=2),
    ],
)
def test_an_array_is_a_picture_too(array):
    np.testing.assert_array_equal(read_image(array, GREY), RAMP)


@pytest.mark.parametrize("size", [(3, 4), (60, 80), (7, 300)])
@pytest.mark.parametrize("form", [GREY, COLOUR])
def test_a_picture_of_another_size_is_scaled(save, size, form):
    flat = np.full((*size, 3), 77, np.uint8)
    np.testing.assert_array_equal(
        read_image(save(flat), form), np.full(form.shape, 77, np.uint8)
    )


def test_scaling_down_weighs_every_pixel(save):
    chess = (np.indices((60, 80)).sum(axis=0) % 2 * 255).astype(np.uint8)
    row = read_image(save(chess), GREY)
    assert np.abs(row.astype(int) - 127).max() <= 3


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("jpeg", {"quality": 100}),
        ("tiff", {}),
        ("tiff", {"compression": "tiff_lzw"}),
        ("png", {}),
        ("webp", {"lossless": True}),
    ],
)
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_cameras_turning_is_undone(save, turn, kind, options):
    turned = {
        1: SIGN,
        2: SIGN[:, ::-1],
        3: SIGN[::-1, ::-1],
        4: SIGN[::-1],
        5: SIGN.T,
        6: SIGN.T[::-1],
        7: SIGN.T[::-1, ::-1],
        8: SIGN.T[:, ::-1],
    }[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    path = save(np.ascontiguousarray(turned), kind, exif=exif, **options)
    row = read_image(path, ImageForm(60, 50)).astype(int)
    assert np.abs(row - SIGN).max() < 20
    assert read_header(path)[:2] == (60, 50)


@pytest.mark.parametrize("ink", [0, 255])
def test_transparency_becomes_the_ground_that_shows_the_ink(save, ink):
    picture = np.full((6, 8, 4), ink, np.uint8)
    picture[..., 3] = RAMP
    row = read_image(save(picture), GREY)
    expected = RAMP if ink else 255 - RAMP
    np.testing.assert_allclose(row, expected, atol=1)


def test_a_palette_with_a_clear_colour_is_read(tmp_path):
    picture = Image.fromarray(np.where(RAMP > 100, 1, 0).astype(np.uint8))
    picture = picture.convert("P")
    picture.putpalette([9, 9, 9, 0, 0, 0])
    picture.save(tmp_path / "clear.png", transparency=0)
    row = read_image(tmp_path / "clear.png", GREY)
    np.testing.assert_array_equal(row, np.where(RAMP > 100, 0, 255))


def test_of_many_frames_the_first_is_read(tmp_path):
    frames = [Image.fromarray(RAMP), Image.fromarray(255 - RAMP)]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read_image(tmp_path / "two.gif", GREY), RAMP)


@pytest.mark.parametrize("form", [GREY, COLOUR, CLEAR, CENTRED])
def test_a_row_can_be_written_to(save, form):
    read_image(save(SIGN), form)[:] = 0


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(FileError, match=r"there is no picture .*none.png; give a PNG"):
        read_image(tmp_path / "none.png", GREY)


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(FileError, match=f"{tmp_path} cannot be read as a picture"):
        read_image(tmp_path, GREY)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        np.random.default_rng(0).bytes(2000),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "drawing.png"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"drawing.png cannot be read .* give an undam"):
        read_image(path, GREY)


@pytest.mark.parametrize("kind", ["png", "jpeg", "bmp", "gif", "ppm", "tiff", "webp"])
@pytest.mark.parametrize("percent", range(0, 96, 5))
def test_a_picture_cut_anywhere_is_refused(tmp_path, kind, percent):
    path = tmp_path / "cut.png"
    content = encoded(kind, GRAIN)
    path.write_bytes(content[: len(content) * percent // 100])
    with pytest.raises(FileError, match=r"cut.png cannot be read as a picture"):
        read_image(path, CENTRED)


@pytest.mark.parametrize("kind", ["png", "jpeg", "bmp", "gif", "ppm", "webp"])
@pytest.mark.parametrize("seed", range(12))
def test_an_altered_picture_is_refused_or_read(tmp_path, kind, seed):
    random = np.random.default_rng(seed)
    content = bytearray(encoded(kind))
    for place in random.integers(0, len(content), 4):
        content[place] = random.integers(256)
    path = tmp_path / "altered.png"
    path.write_bytes(bytes(content))
    try:
        assert read_image(path, CENTRED).shape == (28, 28)
    except (DataError, FileError) as error:
        assert "altered.png" in str(error)


@pytest.mark.parametrize("sides", [(9000, 9000), (60000, 60000)])
def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path, sides):
    path = tmp_path / "bomb.bmp"
    header = bytearray(encoded("bmp")[:54])
    header[18:26] = np.array(sides, "<u4").tobytes()
    path.write_bytes(bytes(header))
    with pytest.raises(FileError, match=r"bomb.bmp .*(more than 67,108,864|bomb)"):
        read_image(path, GREY)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(5), r"an array of float64 and shape \(5,\) is no picture; give"),
        (np.zeros((2, 0)), r"shape \(2, 0\) is no picture"),
        (np.zeros((2, 3, 5)), "with 1 to 4 channels"),
        (np.array([["a"]]), "an array of <U1"),
        (None, "an array of object"),
        (RAMP - 300.0, "the picture holds values from -300 to -65; give bytes, or"),
        (RAMP * 1e9, "holds values from 0 to"),
        (RAMP * np.nan, "holds values from nan to nan"),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array, message):
    with pytest.raises(DataError, match=message):
        read_image(array, GREY)


def test_bytes_are_rounded_to_the_nearest():
    assert read_image(np.array([[0.5, 1.0]]), ImageForm(1, 2)).tolist() == [[128, 255]]
