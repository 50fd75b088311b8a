import numpy as np
import pytest

from ranvier.report.pictures.contours import contours

X, Y = np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-2, 2, 81))


def test_the_contour_of_a_bowl_is_a_closed_circle():
    (line,) = contours(X**2 + Y**2, 1.0)
    x, y = (line / 20 - 2).T
    # between two points of the grid, a parabola is off its chord by h²/8 · 2
    np.testing.assert_allclose(x**2 + y**2, 1, atol=0.05**2 / 2)
    np.testing.assert_array_equal(line[0], line[-1])
    assert np.ptp(np.arctan2(y, x)) > 6.2


def test_a_contour_that_leaves_the_grid_ends_at_its_edges():
    (line,) = contours(X, 0.51)
    np.testing.assert_allclose(line[:, 0], (0.51 + 2) * 20)
    assert sorted(line[[0, -1], 1].tolist()) == [0, 80]


def test_each_hill_has_a_contour_of_its_own():
    hills = np.exp(-8 * (np.abs(X) - 1) ** 2 - 8 * (np.abs(Y) - 1) ** 2)
    assert len(contours(hills, 0.5)) == 4


@pytest.mark.parametrize("level", [-1.0, 9.0])
def test_a_level_outside_has_no_contour(level):
    assert contours(X**2 + Y**2, level) == []


AROUND_FIRST = [["left", "top"], ["bottom", "right"]]  # and the corner across
AROUND_OTHERS = [["right", "top"], ["bottom", "left"]]


def side(x, y):
    return {x == 0: "left", x == 1: "right", y == 0: "top", y == 1: "bottom"}[True]


@pytest.mark.parametrize(
    ("first", "others", "level", "joined"),
    [
        (1.0, 0.0, 0.4, AROUND_OTHERS),  # the middle, 0.5, is above as the first is
        (1.0, 0.0, 0.6, AROUND_FIRST),
        (0.0, 1.0, 0.4, AROUND_FIRST),
        (0.0, 1.0, 0.6, AROUND_OTHERS),
    ],
)
def test_where_two_lines_cross_a_square_they_part_as_its_middle_says(
    first, others, level, joined
):
    lines = contours(np.array([[first, others], [others, first]]), level)
    assert sorted(sorted(side(*at) for at in line) for line in lines) == sorted(joined)


@pytest.mark.parametrize("seed", range(5))
def test_every_point_of_a_contour_has_its_height(seed):
    heights = np.random.default_rng(seed).normal(size=(9, 12))
    points = np.concatenate(contours(heights, 0.1))
    for column, row in points:
        left, top = int(column), int(row)
        ends = heights[
            [top, min(top + (row > top), 8)], [left, min(left + (column > left), 11)]
        ]
        share = (row - top) + (column - left)
        assert ends[0] + share * (ends[1] - ends[0]) == pytest.approx(0.1)
