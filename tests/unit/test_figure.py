import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from ranvier.errors import FileError
from ranvier.figure import Area, Dots, Figure, Line, Raster, Words

SVG = "{http://www.w3.org/2000/svg}"
FIGURE = Figure(
    (60, 40),
    "one & all",
    "A square, a line and a word.",
    [
        Area((10, 10), (20, 20), "#ff0000"),
        Line([(0, 35), (60, 35)], "#0000ff", 3, "curve"),
        Words("a < b", (40, 20), "middle"),
    ],
)


def pixels(figure: Figure) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(figure.png())))


def test_svg_holds_every_mark_and_what_is_told_to_listeners():
    root = ElementTree.fromstring(FIGURE.svg())
    assert root.get("viewBox") == "0 0 60 40"
    assert root.find(f"{SVG}title").text == "one & all"
    assert root.find(f"{SVG}desc").text == "A square, a line and a word."
    labels = root.get("aria-labelledby").split()
    assert labels == [root.find(SVG + one).get("id") for one in ("title", "desc")]
    paper, area = root.findall(f"{SVG}rect")
    assert (paper.get("fill"), area.get("fill")) == ("#ffffff", "#ff0000")
    assert root.find(f"{SVG}polyline").get("points") == "0.00,35.00 60.00,35.00"
    assert root.find(f"{SVG}text").text == "a < b"


def test_png_has_two_pixels_for_one_and_the_same_marks():
    drawn = pixels(FIGURE)
    assert drawn.shape == (80, 120, 3)
    assert drawn[40, 40].tolist() == [255, 0, 0]
    assert drawn[70, 60].tolist() == [0, 0, 255]
    assert drawn[2, 2].tolist() == [255, 255, 255]
    word = drawn[24:42, 64:98]
    assert 0.02 < (word < 128).mean() < 0.5


@pytest.mark.parametrize(("anchor", "left"), [("start", 1), ("end", 0)])
def test_words_start_or_end_at_their_point(anchor, left):
    figure = FIGURE._replace(marks=[Words("mmm", (30, 20), anchor)])
    ink = np.flatnonzero((pixels(figure) < 128).any(axis=(0, 2)))
    assert ((ink >= 58).all() if left else (ink <= 61).all()) and len(ink) > 20


def test_dots_are_discs_around_their_points():
    figure = FIGURE._replace(marks=[Dots([(15, 10), (45, 30)], "#00ff00", 10, "dots")])
    drawn = pixels(figure)
    assert drawn[20, 30].tolist() == drawn[60, 90].tolist() == [0, 255, 0]
    green = (drawn[:40, :60, 0] < 128).sum()
    assert green == pytest.approx(np.pi * 10**2, rel=0.05)
    (path,) = ElementTree.fromstring(figure.svg()).findall(f"{SVG}path")
    assert path.get("d") == "M15.0 10.0h0M45.0 30.0h0"
    assert (path.get("stroke-width"), path.get("data-name")) == ("10", "dots")


def test_a_notebook_shows_the_picture():
    assert FIGURE._repr_svg_() == FIGURE.svg()


def test_the_ending_of_its_name_chooses_the_kind_of_file(tmp_path):
    FIGURE.save(tmp_path / "a.SVG")
    FIGURE.save(tmp_path / "a.png")
    assert (tmp_path / "a.SVG").read_text("utf-8") == FIGURE.svg()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.svg.gz"])
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(FileError, match=r"a.* is no picture's name .*\.svg or \.png"):
        FIGURE.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileError, match=r"none/a\.svg cannot be written \(No such"):
        FIGURE.save(tmp_path / "none" / "a.svg")


def test_a_raster_fills_its_place_from_the_top_row_down():
    red, blue = (255, 0, 0), (0, 0, 255)
    shades = np.array([[red, red], [blue, blue]], np.uint8)
    figure = FIGURE._replace(marks=[Raster((10, 0), (40, 40), shades)])
    drawn = pixels(figure)
    assert [drawn[y, 60].tolist() for y in (2, 78)] == [list(red), list(blue)]
    assert drawn[40, 10].tolist() == drawn[40, 110].tolist() == [255, 255, 255]
    assert 0 < drawn[40, 60, 0] < 255  # shades run over
    (image,) = ElementTree.fromstring(figure.svg()).findall(f"{SVG}image")
    assert (image.get("width"), image.get("preserveAspectRatio")) == ("40", "none")
    content = base64.b64decode(image.get("href").partition(",")[2])
    held = np.asarray(Image.open(io.BytesIO(content)))
    np.testing.assert_array_equal(held, shades)


def test_what_is_seen_through_lets_the_ground_shine():
    clear = np.zeros((2, 2, 4), np.uint8)
    figure = FIGURE._replace(marks=[*FIGURE.marks, Raster((0, 0), (60, 40), clear)])
    np.testing.assert_array_equal(pixels(figure), pixels(FIGURE))


@pytest.mark.parametrize("sign", ["\0", "\x08", "\x1b", "\ud800", "\uffff"])
def test_signs_that_no_svg_can_hold_are_replaced(sign):
    words = [Words(f"a{sign}b", (1, 2)), Line([(0, 0), (1, 1)], "#000", name=sign)]
    figure = FIGURE._replace(title=sign, described=sign, marks=words)
    root = ElementTree.fromstring(figure.svg())
    assert root.find(f"{SVG}text").text == "a�b"
    assert root.find(f"{SVG}title").text == "�"
