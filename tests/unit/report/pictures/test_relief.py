import math

import numpy as np
import pytest

from ranvier.chart import Axis, Panel
from ranvier.figure import Line, Raster, Words
from ranvier.report.pictures import SURFACES
from ranvier.report.pictures.relief import DEEP, HIGH, Scale, middles, mixed, relief

SIDE = np.linspace(-2, 2, 61)
X, Y = np.meshgrid(SIDE, SIDE)
PANEL = Panel("", "", Axis("x", -2, 2), Axis("y", -2, 2), [], [], (0, 0), (500, 500))


def marks(heights, kind):
    return [one for one in relief(PANEL, heights) if isinstance(one, kind)]


def test_heights_that_span_powers_are_shaded_by_them():
    assert Scale.of(10 ** (X + 1)).is_logarithmic
    assert not Scale.of(1 + (X + 2)).is_logarithmic
    assert not Scale.of(X**2 - Y**2).is_logarithmic


@pytest.mark.parametrize("name", SURFACES)
def test_contours_stand_at_a_few_round_heights(name):
    levels = Scale.of(SURFACES[name].grid(41)[2]).levels()
    assert 3 <= len(levels) <= 9
    assert all(len(f"{level:.3g}") <= 5 for level in levels)
    assert levels == sorted(levels)


def test_the_lowest_is_darkest_and_the_top_row_comes_first():
    shades = mixed(DEEP, HIGH, np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert shades[:, 0].tolist() == [list(HIGH), list(DEEP)]


def test_a_place_between_four_has_their_mean():
    assert middles(np.array([[0.0, 1.0], [2.0, 5.0]])).tolist() == [[2.0]]


def test_the_contours_lie_where_the_heights_are():
    for line in marks(X + 0 * Y, Line):
        left, right = PANEL.reach()[0]
        x = np.array([at[0] for at in line.points])
        assert np.ptp(x) < 1e-9
        height = -2 + 4 * (x[0] - left) / (right - left)
        assert height == pytest.approx(round(height, 1))


def test_the_shades_fill_the_plot():
    (raster,) = marks(X**2 + Y**2, Raster)
    (left, right), (low, high) = PANEL.reach()
    assert raster.corner == (left, high)
    assert raster.size == (right - left, low - high)
    assert raster.pixels.shape == (60, 60, 3)


def test_labels_stand_apart_and_say_the_heights():
    labels = marks(SURFACES["himmelblau"].grid(101)[2], Words)
    assert len(labels) >= 3
    places = [one.at for one in labels]
    gaps = [math.dist(a, b) for i, a in enumerate(places) for b in places[:i]]
    assert min(gaps) > 40
    assert all(float(one.text) > 0 for one in labels)


def test_level_ground_has_no_contours():
    assert marks(np.full((5, 5), 3.0), Line) == []
