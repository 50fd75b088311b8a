import math

import numpy as np
import pytest

from ranvier.engine.wolfe import FALL, FLAT, Point, lowest, search

NOWHERE = np.zeros(0)


def line_of(value, slope):
    """Return a line, and the list of the steps that were tried on it."""
    tried = []

    def line(step):
        tried.append(step)
        return Point(step, value(step), slope(step), NOWHERE, NOWHERE)

    return line, tried


FUNCTIONS = {
    "bowl": (lambda x: (x - 3) ** 2, lambda x: 2 * (x - 3)),
    "steep": (lambda x: 1e6 * (x - 3) ** 2, lambda x: 2e6 * (x - 3)),
    "far": (lambda x: (x / 1e4 - 1) ** 2, lambda x: 2e-4 * (x / 1e4 - 1)),
    # More and Thuente 1994, the first of their functions: little curvature at first
    "late": (
        lambda x: -x / (x**2 + 2),
        lambda x: (x**2 - 2) / (x**2 + 2) ** 2,
    ),
}


@pytest.mark.parametrize("first", [1e-3, 0.1, 1.0, 2.9, 10.0, 1e3])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_step_that_is_found_meets_the_strong_wolfe_conditions(name, first):
    line, _ = line_of(*FUNCTIONS[name])
    start = line(0.0)
    found = search(line, start, first, reach=1.0)
    assert found.value <= start.value + FALL * found.step * start.slope
    assert abs(found.slope) <= FLAT * abs(start.slope)


def test_a_first_step_that_is_good_enough_is_taken_at_once():
    line, tried = line_of(*FUNCTIONS["bowl"])
    assert search(line, line(0.0), 2.0, reach=1.0).step == 2.0
    assert tried == [0.0, 2.0]


def test_a_step_that_is_too_long_is_shortened_to_the_bottom_of_the_cubic():
    line, tried = line_of(*FUNCTIONS["bowl"])
    assert search(line, line(0.0), 8.0, reach=1.0).step == pytest.approx(3.0)
    assert len(tried) == 3


@pytest.mark.parametrize("wall", [math.inf, math.nan])
def test_where_there_are_no_numbers_it_turns_back(wall):
    line, _ = line_of(
        lambda x: (x - 3) ** 2 if x < 4 else wall,
        lambda x: 2 * (x - 3) if x < 4 else math.nan,
    )
    assert 0 < search(line, line(0.0), 50.0, reach=1.0).step < 4


def test_a_line_that_goes_up_whatever_its_slope_says_is_not_walked():
    line, _ = line_of(lambda x: x, lambda x: -1.0)
    start = line(0.0)
    assert search(line, start, 1.0, reach=1.0) == start


def test_the_bottom_of_a_cubic_is_found():
    # x³ - 3 x has its bottom at 1
    a, b = (Point(x, x**3 - 3 * x, 3 * x**2 - 3, NOWHERE, NOWHERE) for x in (0.0, 3.0))
    assert lowest(a, b, 0.0, 3.0) == pytest.approx(1.0, rel=1e-14)
    assert lowest(b, a, 0.0, 3.0) == pytest.approx(1.0, rel=1e-14)
    assert lowest(a, b, 1.5, 3.0) == 1.5
    assert lowest(a, b, 0.0, 0.5) == 0.5


def test_without_a_bottom_the_middle_is_taken():
    a, b = (Point(x, -x, -1.0, NOWHERE, NOWHERE) for x in (0.0, 1.0))
    assert lowest(a, b, 2.0, 4.0) == 3.0
