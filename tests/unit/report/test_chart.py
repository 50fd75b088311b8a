import math

import pytest

from ranvier.figure import Area, Line, Words
from ranvier.report.chart import BLUE, SHADE, Axis, Curve, Panel, rounded_axis

CURVE = Curve("line", [0, 1, 2, 3], [0, 1, math.nan, 1], BLUE)
PANEL = Panel(
    "title",
    "below",
    Axis("x", 0, 3),
    Axis("y", -1, 2),
    [CURVE],
    [(1, 2)],
    (100, 50),
    (300, 200),
)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (-5.5, 5.5, ["-5", "0", "5"]),
        (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (-0.06, 1.06, ["0", "0.5", "1"]),
        (-5.0, 5.0, ["-4", "-2", "0", "2", "4"]),
        (0.0, 3e-4, ["0", "0.0001", "0.0002", "0.0003"]),
    ],
)
def test_ticks_are_round(low, high, texts):
    assert [text for _, text in Axis("", low, high).ticks()] == texts


def test_logarithmic_ticks_are_powers_of_ten():
    axis = Axis("", -3.2, 0.5, is_logarithmic=True)
    assert [text for _, text in axis.ticks()] == ["0.001", "0.01", "0.1", "1"]
    assert axis.share(10**-3.2) == pytest.approx(0)
    assert axis.share(10**0.5) == pytest.approx(1)


def test_the_corners_of_a_plot_are_the_ends_of_its_axes():
    (left, bottom), (right, top) = PANEL.place(0, -1), PANEL.place(3, 2)
    assert 100 < left < right < 400
    assert 50 < top < bottom < 250


def test_curves_leave_a_gap_where_there_is_no_number():
    lines = [one for one in PANEL.marks() if isinstance(one, Line) and one.name]
    first, second = (one.points for one in lines)
    assert first == [PANEL.place(0, 0), PANEL.place(1, 1)]
    assert second == [PANEL.place(3, 1)]


def test_the_shade_lies_between_its_ends():
    (shade,) = [one for one in PANEL.marks() if isinstance(one, Area)]
    assert shade.colour == SHADE
    assert shade.corner[0] == PANEL.place(1, 0)[0]
    assert shade.corner[0] + shade.size[0] == pytest.approx(PANEL.place(2, 0)[0])


def test_titles_axes_and_ticks_are_written():
    words = [one.text for one in PANEL.marks() if isinstance(one, Words)]
    assert {"title", "below", "x", "y", "0", "1", "2", "3", "-1"} <= set(words)


def test_an_axis_holds_all_values_and_more():
    axis = rounded_axis("", [3.0, math.inf, 1.0, math.nan])
    assert axis.low < 1
    assert axis.high > 3
    assert rounded_axis("", [2.0]).low < 2.0
