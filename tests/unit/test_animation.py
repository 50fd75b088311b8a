import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from ranvier.animation import Animation, Shown
from ranvier.errors import FileError
from ranvier.figure import Area, Words

SVG = "{http://www.w3.org/2000/svg}"
RED, BLUE, GREEN = "#ff0000", "#0000ff", "#00ff00"
MOVING = Animation(
    (80, 40),
    "two & three",
    "A square that jumps.",
    [Area((70, 0), (10, 40), GREEN)],
    [
        Shown([Area((0, 10), (20, 20), RED)], 0, 1),
        Shown([Area((25, 10), (20, 20), BLUE)], 1, 2),
        Shown([Area((50, 10), (15, 20), RED)], 2),
        Shown([Words("always", (5, 38), size=6)]),
    ],
    3,
    seconds=0.5,
    rest=1.0,
)


def middles(image) -> list[tuple[int, int, int]]:
    """Return the colours in the middles of the three squares."""
    pixels = image.convert("RGB")
    return [pixels.getpixel((x, 20)) for x in (10, 35, 57)]


def frames(gif: bytes) -> list[tuple[list[tuple[int, int, int]], int]]:
    """Return the colours of each frame, and how many milliseconds it is seen."""
    image, found = Image.open(io.BytesIO(gif)), []
    for number in range(image.n_frames):
        image.seek(number)
        found.append((middles(image), image.info["duration"]))
    return found


def test_a_gif_shows_each_frame_for_its_time_and_goes_round():
    white, red, blue = (255, 255, 255), (255, 0, 0), (0, 0, 255)
    assert frames(MOVING.gif()) == [
        ([red, white, white], 500),
        ([white, blue, white], 500),
        ([white, white, red], 1500),
    ]
    assert Image.open(io.BytesIO(MOVING.gif())).info["loop"] == 0


def test_a_png_is_the_last_frame():
    image = Image.open(io.BytesIO(MOVING.png())).resize((80, 40))
    assert middles(image) == [(255, 255, 255), (255, 255, 255), (255, 0, 0)]


def test_marks_are_seen_from_their_first_frame_until_they_go():
    shown = Shown([], 2, 4)
    assert [shown.is_seen(frame) for frame in range(6)] == [
        *(False, False, True, True, False, False)
    ]


def test_an_svg_holds_every_mark_once_and_what_is_told_to_listeners():
    root = ElementTree.fromstring(MOVING.svg())
    assert root.find(f"{SVG}title").text == "two & three"
    assert root.find(f"{SVG}desc").text == "A square that jumps."
    assert len(list(root.iter(f"{SVG}rect"))) == 1 + 1 + 3
    assert len(root.findall(f"{SVG}g")) == 4


def test_without_motion_an_svg_shows_its_last_frame():
    root = ElementTree.fromstring(MOVING.svg())
    style = root.find(f"{SVG}style").text
    still = dict(re.findall(r"\.(\S+)\{visibility:(\w+);", style))
    classes = [one.get("class").split()[1] for one in root.findall(f"{SVG}g")]
    seen = [still.get(name, "visible") for name in classes]
    assert seen == ["hidden", "hidden", "visible", "visible"]
    assert "@media print,(prefers-reduced-motion:reduce)" in style
    assert "animation:none!important" in style


@pytest.mark.parametrize(
    ("number", "length", "delay"), [(0, 20, 0.0), (1, 20, -2.0), (2, 60, -1.5)]
)
def test_the_styles_of_an_svg_keep_its_times(number, length, delay):
    root = ElementTree.fromstring(MOVING.svg())
    style = root.find(f"{SVG}style").text
    name = root.findall(f"{SVG}g")[number].get("class").split()[1]
    (keys, whole, since) = re.search(
        rf"\.{name}\{{.*animation:(\S+) (\S+)s step-end (\S+)s infinite", style
    ).groups()
    assert f"@keyframes {keys}{{0%{{visibility:visible}}{length}%" in style
    assert (float(whole), float(since)) == (2.5, delay)


def test_two_animations_on_a_page_keep_their_styles_apart():
    other = MOVING._replace(title="another")
    names = [set(re.findall(r'class="(\w+) ', one.svg())) for one in (MOVING, other)]
    assert not names[0] & names[1]


def test_a_notebook_shows_it():
    assert MOVING._repr_svg_() == MOVING.svg()


def test_the_ending_of_its_name_chooses_the_kind_of_file(tmp_path):
    for ending in ("svg", "gif", "png"):
        MOVING.save(tmp_path / f"a.{ending}")
    assert (tmp_path / "a.svg").read_text("utf-8") == MOVING.svg()
    assert (tmp_path / "a.gif").read_bytes() == MOVING.gif()
    assert (tmp_path / "a.png").read_bytes() == MOVING.png()


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(FileError, match=r"a\.mp4 .*end it in \.svg, \.gif or \.png"):
        MOVING.save(tmp_path / "a.mp4")


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileError, match=r"none/a\.gif cannot be written"):
        MOVING.save(tmp_path / "none" / "a.gif")


def test_a_gif_keeps_the_colour_of_a_line_among_many():
    ground = [Area((0, 0), (80, 40), f"#{n:02x}{n:02x}ff") for n in range(200, 250)]
    thin = MOVING._replace(ground=ground, shown=[Shown([Area((4, 0), (9, 40), RED)])])
    pixels = np.asarray(Image.open(io.BytesIO(thin.gif())).convert("RGB"))
    assert pixels[20, 7:10].tolist() == [[255, 0, 0]] * 3
