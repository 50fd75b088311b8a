import itertools

import numpy as np
import pytest
from PIL import Image

from ranvier.data import ImageForm, read_image
from ranvier.errors import DataError
from tests.support import pictures

FORM = ImageForm(28, 28, centred="mass")

SHEETS = {
    "dark on light": pictures.grey,
    "light on dark": lambda sheet: pictures.grey(sheet, ink=220, paper=20),
    "faint": lambda sheet: pictures.grey(sheet, ink=150, paper=200),
    "two values": lambda sheet: pictures.grey(sheet > 0.4),
    "blue on yellow": lambda sheet: pictures.coloured(
        sheet, (30, 40, 200), (250, 220, 0)
    ),
    # Red and this green are equally bright: only their colours differ.
    "red on green": lambda sheet: pictures.coloured(sheet, (255, 0, 0), (0, 130, 0)),
    "black on nothing": lambda sheet: pictures.transparent(sheet, 0),
    "white on nothing": lambda sheet: pictures.transparent(sheet, 255),
    "red on nothing": lambda sheet: pictures.transparent(sheet, (255, 0, 0)),
    "photographed": pictures.photographed,
    "dusty": pictures.dusty,
    "thumbed": pictures.thumbed,
    "sixteen bits": lambda sheet: pictures.grey(sheet).astype(np.uint16) * 257,
}


def likeness(row, digit):
    """Return the correlation, at the best of the places one pixel around.

    A centre of mass half way between two pixels goes to either.
    """
    steps = itertools.product((-1, 0, 1), repeat=2)
    moved = (np.roll(row, step, axis=(0, 1)) for step in steps)
    return max(np.corrcoef(one.ravel(), digit.ravel())[0, 1] for one in moved)


@pytest.fixture(scope="module")
def some(digits):
    return digits.test.inputs[:10]


def test_a_digit_of_the_data_comes_back_as_it_is(digits):
    # Rounding, and the few digits whose largest value is not 255, move a grey by one.
    for digit in digits.test.inputs[:50]:
        row = read_image(digit, FORM).astype(int)
        assert np.abs(row - digit).max() <= 2


def test_a_digit_dark_on_light_is_turned(some):
    for digit in some:
        row = read_image(255 - digit, FORM).astype(int)
        assert np.abs(row - digit).max() <= 2


@pytest.mark.parametrize("form", SHEETS)
def test_a_digit_is_read_from_a_large_sheet_of_every_kind(some, form):
    rows = [read_image(SHEETS[form](pictures.cover(digit)), FORM) for digit in some]
    alike = [likeness(row, digit) for row, digit in zip(rows, some, strict=True)]
    # Scaling up and down again blurs a little; another digit's likeness is 0.4.
    assert min(alike) > 0.9
    assert np.mean(alike) > 0.95


@pytest.mark.parametrize("at", [(0, 0), (140, 260), (70, 130)])
def test_the_place_on_the_sheet_does_not_matter(some, at):
    placed = read_image(pictures.grey(pictures.cover(some[0], at=at)), FORM)
    assert likeness(placed, some[0]) > 0.93


@pytest.mark.parametrize("side", [20, 60, 220, 350])
def test_the_size_on_the_sheet_does_not_matter(some, side):
    sheet = pictures.cover(some[0], side=side, at=(5, 60))
    assert likeness(read_image(pictures.grey(sheet), FORM), some[0]) > 0.85


@pytest.mark.parametrize("scale", [0.5, 3, 10])
def test_the_size_of_the_sheet_does_not_matter(some, scale):
    picture = Image.fromarray(pictures.grey(pictures.cover(some[0])))
    picture = picture.resize((int(480 * scale), int(360 * scale)))
    assert likeness(read_image(np.asarray(picture), FORM), some[0]) > 0.93


@pytest.mark.parametrize("width", [1, 2, 5, 12, 25, 45])
def test_a_line_of_any_width_is_drawn_in_full_ink(width):
    row = read_image(pictures.line_drawn(width), FORM)
    assert row.max() == 255
    assert (row > 100).sum() > 40
    assert likeness(row, read_image(pictures.line_drawn(20), FORM)) > 0.6


@pytest.mark.parametrize(
    "picture",
    [
        pictures.grey(pictures.line_drawn(20) == 0),
        pictures.grey(pictures.line_drawn(20)[:, :300] == 0),
        np.eye(3, 5),
        np.eye(90, 7),
        np.pad(np.ones((400, 2)), 10),
        np.pad(np.ones((1, 1)), 1),
    ],
)
def test_the_sign_fits_the_box_with_its_mass_in_the_middle(picture):
    row = read_image(picture, FORM).astype(float)
    places = np.argwhere(row)
    sides = places.max(axis=0) - places.min(axis=0) + 1
    assert sides.max() == 20
    mass = row / row.sum()
    middle = [(mass.sum(axis=1 - axis) * np.arange(28)).sum() for axis in (0, 1)]
    np.testing.assert_allclose(middle, 14, atol=0.51)


def test_the_shape_of_the_sign_is_kept():
    picture = np.zeros((200, 200))
    picture[20:180, 60:100] = 1
    places = np.argwhere(read_image(picture, FORM))
    assert (places.max(axis=0) - places.min(axis=0) + 1).tolist() == [20, 5]


def test_ink_far_from_its_middle_stays_on_the_picture():
    picture = np.zeros((100, 100))
    picture[5:95, 5:8] = 1
    picture[85:95, 5:95] = 1
    row = read_image(picture, FORM)
    assert (np.argwhere(row).max(axis=0) < 28).all()
    assert (row > 0).sum() > 50


def test_forms_of_other_sizes_are_filled_alike(some):
    row = read_image(some[0], ImageForm(56, 56, centred="mass"))
    places = np.argwhere(row > 40)
    assert 38 <= (places.max(axis=0) - places.min(axis=0) + 1).max() <= 40


BLANK = {
    "white": np.full((100, 80), 255, np.uint8),
    "black": np.zeros((28, 28), np.uint8),
    "one pixel": np.zeros((1, 1), np.uint8),
    "clear": np.zeros((50, 50, 4), np.uint8),
    "grain": np.random.default_rng(0).normal(128, 6, (300, 300)).astype(np.uint8),
    "lamp": np.tile(np.linspace(90, 210, 300), (200, 1)).astype(np.uint8),
}


@pytest.mark.parametrize("kind", BLANK)
def test_a_picture_with_nothing_on_it_is_refused(kind):
    message = "the picture shows nothing that differs from its ground; give a picture"
    with pytest.raises(DataError, match=message):
        read_image(BLANK[kind], FORM)


def test_a_blank_file_is_named(tmp_path):
    Image.new("L", (9, 9)).save(tmp_path / "blank.png")
    with pytest.raises(DataError, match=r"blank.png shows nothing"):
        read_image(tmp_path / "blank.png", FORM)
