import numpy as np
import pytest

from ranvier.report import drawn_mistakes, listed_mistakes
from ranvier.training.metrics import Mistake
from tests.support.screens import lines

NAMES = tuple("0123456789")
MISTAKES = [Mistake(40 + n, 2, 7, 0.98) for n in range(10)]
CAPTION = "said 7 (0.98), is 2"


def drawn(images: np.ndarray, width: int = 80) -> list[str]:
    return lines(drawn_mistakes(MISTAKES[: len(images)], images, NAMES), width)


@pytest.mark.parametrize(
    ("width", "across"), [(28, 1), (57, 1), (58, 2), (80, 2), (88, 3), (300, 10)]
)
def test_as_many_stand_side_by_side_as_there_is_room_for(width, across):
    captions = [one.count(CAPTION) for one in drawn(np.full((10, 28, 28), 9), width)]
    assert max(captions) == across
    assert sum(captions) == 10


def test_a_picture_wider_than_the_terminal_stands_alone():
    images = np.full((2, 28, 28), 9, np.uint8)
    assert sum("said 7" in line for line in drawn(images, width=20)) == 2


def test_each_picture_stands_under_what_was_said_of_it():
    image = np.zeros((2, 4, 20), np.uint8)
    image[:, :, ::3] = 255
    caption, *picture = drawn(image)
    bar = ("█  " * 7).strip()
    assert caption == f"{CAPTION}  {CAPTION}"
    assert picture == [f"{bar}  {bar}"] * 2


def test_margins_that_are_empty_in_all_are_left_out():
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 10:12, 4], images[1, 14:16, 23] = 255, 255
    first, _, last = drawn(images)[1:]
    assert first == "█"
    assert last.endswith("█")
    assert len(last) == 20 + 2 + 20


def test_colour_pictures_are_drawn():
    images = np.zeros((1, 4, 4, 3), np.uint8)
    images[0, :2, :2, 1] = 255
    images[0, 3, 3, 0] = 9
    assert drawn(images) == [CAPTION, "██", ""]


def test_empty_pictures_are_drawn_empty():
    assert drawn(np.zeros((1, 4, 4), np.uint8)) == [CAPTION, "", ""]


def test_rows_that_are_no_pictures_are_listed():
    table = lines(listed_mistakes(MISTAKES[:2], NAMES))
    assert [line.split() for line in table] == [
        ["row", "said", "sure", "is"],
        ["40", "7", "0.98", "2"],
        ["41", "7", "0.98", "2"],
    ]
