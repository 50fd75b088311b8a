import numpy as np
import pytest

from ranvier.data import Parts
from ranvier.errors import DescriptionError
from ranvier.figure import Dots, Line, Words
from ranvier.report.pictures import fits
from ranvier.report.pictures.fits import (
    FITS,
    Fit,
    curve,
    fitted,
    plot_fits,
    points_of_curve,
)

UNDER, GOOD, OVER = FITS
PARTS = Parts(
    points_of_curve(24, 0.25, [0, 0]), points_of_curve(200, 0.25, [0, 1]), None
)


@pytest.fixture
def quick(monkeypatch):
    """Let all three learn for a few epochs."""
    monkeypatch.setattr(fits, "FITS", tuple(one._replace(epochs=5) for one in FITS))


def test_points_lie_around_the_curve_by_the_noise():
    data = points_of_curve(400, 0.3, [1])
    off = data.targets[:, 0] - curve(data.inputs[:, 0])
    assert off.std() == pytest.approx(0.3, rel=0.1)
    assert np.ptp(data.inputs) > 1.98


def test_a_network_that_is_too_small_misses_even_the_points_it_learnt():
    one = fitted(UNDER, PARTS, 0)
    assert one.loss > 2 * 0.25**2
    assert one.val_loss > 2 * 0.25**2


def test_the_right_network_is_near_the_least_that_noise_allows():
    one = fitted(GOOD, PARTS, 0)
    assert one.val_loss < 1.7 * 0.25**2


def test_a_network_that_is_too_large_learns_the_noise():
    one = fitted(OVER._replace(epochs=300), PARTS, 0)
    assert one.loss < 0.2 * 0.25**2
    assert one.val_loss > 4 * one.loss


def test_the_picture_holds_three_fits_with_their_losses(quick):
    picture = plot_fits()
    lines = {one.name for one in picture.marks if isinstance(one, Line)}
    assert {"underfit", "good fit", "overfit", "curve"} <= lines
    words = [one.text for one in picture.marks if isinstance(one, Words)]
    assert words.count("training loss") == words.count("validation loss") == 3
    assert {one.taught for one in FITS} <= set(words)
    learnt = [one for one in picture.marks if isinstance(one, Dots) and one.size == 7]
    assert [len(one.points) for one in learnt] == [24] * 3


def test_the_same_seed_is_the_same_picture_and_another_is_not(quick):
    assert plot_fits(seed=1).svg() == plot_fits(seed=1).svg() != plot_fits(seed=2).svg()


def test_without_noise_there_is_a_picture_too(quick):
    assert "noise alone: 0" in plot_fits(noise=0, rows=8).svg()


def test_a_fit_has_the_network_that_it_tells():
    assert Fit("", "", (3, 2), 1).network.with_input((1,)).size == 3 + 3 + 6 + 2 + 2 + 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rows": 7}, "rows=7: expected an integer from 8 to 500"),
        ({"noise": -1}, "noise=-1: expected a number from 0 to 2"),
        ({"noise": float("nan")}, "noise=nan: expected a number"),
        ({"noise": "much"}, "noise='much': expected a number"),
        ({"seed": -1}, "seed=-1: expected an integer"),
    ],
)
def test_numbers_out_of_range_are_refused(given, message):
    with pytest.raises(DescriptionError, match=message):
        plot_fits(**given)
