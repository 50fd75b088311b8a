import math

import pytest

from ranvier.chart import (
    BLUE,
    PALETTE,
    SHADE,
    Axis,
    Curve,
    Panel,
    fitting_axis,
    rounded_axis,
    side_by_side,
)
from ranvier.figure import Area, Dots, Line, Words

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


def test_short_logarithmic_axes_have_ticks_at_twos_and_fives():
    axis = Axis("", -1.2, 0.1, is_logarithmic=True)
    assert [text for _, text in axis.ticks()] == ["0.1", "0.2", "0.5", "1"]


def test_an_axis_of_whole_numbers_has_no_ticks_between_them():
    assert [text for _, text in Axis("", 1, 3, is_whole=True).ticks()] == [
        "1",
        "2",
        "3",
    ]
    assert [text for _, text in Axis("", 1, 30, is_whole=True).ticks()] == [
        "10",
        "20",
        "30",
    ]


@pytest.mark.parametrize(
    ("values", "is_logarithmic"),
    [
        ([0.01, 1.0], True),
        ([0.2, 1.0], False),
        ([0.0, 1.0], False),
        ([-5.0, 100.0], False),
        ([math.nan, 0.1, 5.0, math.inf], True),
        ([], False),
    ],
)
def test_an_axis_is_logarithmic_where_values_span_a_power_of_ten(
    values, is_logarithmic
):
    axis = fitting_axis("", values)
    assert axis.is_logarithmic == is_logarithmic
    assert all(0 < axis.share(one) < 1 for one in values if math.isfinite(one))


def test_an_axis_of_one_value_has_room_on_both_sides():
    axis = rounded_axis("", [1e-6, 1e-6])
    assert 0 < axis.low < 1e-6 < axis.high < 1.1e-6


def test_points_have_dots_where_the_curve_says_so():
    dotted = PANEL._replace(curves=[CURVE, CURVE._replace(has_dots=True)])
    dots = [one for one in dotted.marks() if isinstance(one, Dots)]
    assert [len(one.points) for one in dots] == [2, 1]


@pytest.mark.parametrize(("x", "anchor"), [(0.5, "start"), (2.5, "end")])
def test_a_marked_value_has_its_words_on_the_side_with_more_room(x, anchor):
    marks = list(PANEL._replace(marked=[(x, "best")]).marks())
    (line,) = [one for one in marks if isinstance(one, Line) and one.name == "best"]
    (words,) = [one for one in marks if isinstance(one, Words) and one.text == "best"]
    assert {point[0] for point in line.points} == {PANEL.place(x, 0)[0]}
    assert words.anchor == anchor


def test_panels_stand_side_by_side_under_one_legend():
    figure = side_by_side("two", "of them", [PANEL, PANEL])
    assert figure.size == (600, 240)
    assert [one.text for one in figure.marks if isinstance(one, Words)].count(
        "line"
    ) == 1


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#ffffff", "#1b1f27"])
@pytest.mark.parametrize("colour", PALETTE)
def test_every_colour_can_be_told_from_light_and_from_dark(colour, ground):
    low, high = sorted([luminance(colour), luminance(ground)])
    assert (high + 0.05) / (low + 0.05) >= 3
