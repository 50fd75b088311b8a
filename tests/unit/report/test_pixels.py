import numpy as np
import pytest
from rich.color import Color
from rich.console import Console
from rich.measure import Measurement

from ranvier.report import Picture
from ranvier.report.pixels import MOST_COLUMNS
from tests.support.screens import lines, shown

CORNERS = np.array([[255, 0], [0, 255], [255, 255]], np.uint8)


def segments(image: np.ndarray) -> list:
    console = Console(color_system="truecolor", force_terminal=True)
    return [one for one in console.render(Picture(image)) if one.text != "\n"]


def test_a_character_holds_two_pixels_in_their_own_colours():
    upper, lower = (10, 20, 30), (200, 100, 0)
    (segment,) = segments(np.array([[upper], [lower]], np.uint8))
    assert segment.text == "▀"
    assert segment.style.color == Color.from_rgb(*upper)
    assert segment.style.bgcolor == Color.from_rgb(*lower)


def test_grey_pixels_are_grey():
    (segment,) = segments(np.array([[7], [9]], np.uint8))
    assert segment.style.color == Color.from_rgb(7, 7, 7)
    assert segment.style.bgcolor == Color.from_rgb(9, 9, 9)


def test_two_equal_pixels_are_a_blank_on_their_colour():
    (segment,) = segments(np.full((2, 5), 80, np.uint8))
    assert segment.text == " " * 5
    assert segment.style.bgcolor == Color.from_rgb(80, 80, 80)


def test_transparency_is_left_out():
    opaque = np.array([[[1, 2, 3]], [[4, 5, 6]]], np.uint8)
    clear = np.concatenate([opaque, np.zeros((2, 1, 1), np.uint8)], axis=2)
    assert segments(clear) == segments(opaque)


def test_without_colours_bright_pixels_are_half_blocks():
    assert shown(Picture(CORNERS)) == "▀▄\n▀▀\n"


def test_no_color_in_a_terminal_means_half_blocks_too():
    screen = {"color_system": "truecolor", "force_terminal": True, "no_color": True}
    assert shown(Picture(CORNERS), **screen) == "▀▄\n▀▀\n"


def test_an_encoding_without_blocks_gets_points():
    assert shown(Picture(CORNERS), encoding="ascii") == "'.\n''\n"


def test_a_picture_of_one_colour_is_empty_without_colours():
    assert shown(Picture(np.full((2, 3), 255, np.uint8))) == "   \n"


def test_faint_ink_is_shown_as_well_as_strong():
    faint = np.array([[3, 0], [0, 3]], np.uint8)
    assert shown(Picture(faint)) == "▀▄\n"


@pytest.mark.parametrize(
    ("sides", "columns"),
    [((28, 28), 28), ((32, 32), 32), ((33, 33), 17), ((64, 8), 4), ((1, 224), 32)],
)
def test_large_pictures_shrink_by_a_whole_number(sides, columns):
    drawn = lines(Picture(np.zeros(sides, np.uint8)))
    measured = Measurement.get(
        Console(), Console().options, Picture(np.zeros(sides, np.uint8))
    )
    assert measured == Measurement(columns, columns)
    assert 1 <= len(drawn) <= MOST_COLUMNS / 2


def test_a_shrunk_pixel_is_the_mean_of_its_square():
    halves = np.zeros((64, 64), np.uint8)
    halves[:, ::2] = 200
    assert {one.style.bgcolor for one in segments(halves)} == {
        Color.from_rgb(100, 100, 100)
    }
