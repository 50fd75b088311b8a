import numpy as np
import pytest

from ranvier.diagnosis.learning_curve import fitted_curve

ROWS = [100, 200, 400, 800]


@pytest.mark.parametrize(
    ("a", "b", "c"), [(0.1, 5.0, 0.5), (0.0, 2.0, 0.25), (1, 90, 1.5)]
)
def test_a_power_of_the_rows_is_found_again(a, b, c):
    losses = [a + b * n**-c for n in ROWS]
    curve = fitted_curve(ROWS, losses)
    assert curve.c == pytest.approx(c)
    assert curve.loss(4) == pytest.approx(a + b * 3200**-c, rel=1e-6)


def test_noise_leaves_the_future_near():
    random = np.random.default_rng(0)
    losses = [0.2 + 3 * n**-0.5 + random.normal(0, 0.002) for n in ROWS]
    curve = fitted_curve(ROWS, losses)
    assert curve.loss(2) == pytest.approx(0.2 + 3 * 1600**-0.5, abs=0.02)


def test_a_loss_that_does_not_fall_has_no_curve():
    assert fitted_curve(ROWS, [0.5, 0.6, 0.7, 0.8]) is None


def test_two_numbers_of_rows_are_too_few():
    assert fitted_curve([100, 200], [0.5, 0.4]) is None


def test_no_loss_is_foretold_below_zero():
    curve = fitted_curve(ROWS, [0.8, 0.4, 0.15, 0.0])
    assert curve.loss(1000) >= 0
