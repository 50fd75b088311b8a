import numpy as np
import pytest

from ranvier.engine.reference.losses import (
    LOSSES,
    binary_cross_entropy,
    binary_cross_entropy_backward,
    computed,
    cross_entropy,
    cross_entropy_backward,
    mse,
    mse_backward,
)
from ranvier.recipe import LOSSES as DESCRIBED


def of(name, **options):
    return computed(DESCRIBED[name](**options))


HALVES = np.zeros((2, 2))  # the sums of which softmax and sigmoid are a half
Y = np.array([[1.0, 0], [0, 1]])


def test_mse_is_the_mean_over_the_outputs():
    p = np.array([[1.0, 2], [0, 0.5]])
    np.testing.assert_array_equal(mse(p, Y), [2, 0.125])
    np.testing.assert_array_equal(mse_backward(p, Y), [[0, 2], [0, -0.5]])


def test_cross_entropy_of_even_odds_is_log_two():
    np.testing.assert_allclose(cross_entropy(HALVES, Y), np.log(2), rtol=1e-15)
    np.testing.assert_array_equal(
        cross_entropy_backward(HALVES, Y), [[-0.5, 0.5], [0.5, -0.5]]
    )


def test_binary_cross_entropy_of_even_odds_is_log_two():
    np.testing.assert_allclose(binary_cross_entropy(HALVES, Y), np.log(2), rtol=1e-15)
    np.testing.assert_array_equal(
        binary_cross_entropy_backward(HALVES, Y), [[-0.25, 0.25], [0.25, -0.25]]
    )


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy", "focal"])
def test_a_sure_and_wrong_answer_has_a_large_but_finite_loss(loss):
    sums, computes = np.array([[-1e4, 1e4], [1e4, -1e4]]), of(loss)
    rows = computes.forward(sums, Y)
    assert np.isfinite(computes.backward(sums, Y)).all()
    assert (rows >= 1e4).all()
    assert np.isfinite(rows).all()


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy", "focal"])
def test_a_sure_and_right_answer_has_no_loss(loss):
    sums = np.array([[1e4, -1e4], [-1e4, 1e4]])
    assert not of(loss).forward(sums, Y).any()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_has_one_value_a_row_and_a_gradient_an_answer(loss):
    answers, y = np.full((5, 3), 0.2), np.full((5, 3), 1 / 3)
    assert of(loss).forward(answers, y).shape == (5,)
    assert of(loss).backward(answers, y).shape == (5, 3)


P, T = np.array([[0.5, -1.0]]), np.array([[1.0, 1.0]])  # errors of -0.5 and -2


@pytest.mark.parametrize(
    ("name", "options", "value", "gradient"),
    [
        ("mae", {}, (0.5 + 2) / 2, [-0.5, -0.5]),
        ("huber", {"delta": 1.0}, (0.125 + 1.5) / 2, [-0.25, -0.5]),
        ("huber", {"delta": 4.0}, (0.125 + 2) / 2, [-0.25, -1]),
        ("log_cosh", {}, np.log(np.cosh([0.5, 2])).mean(), -np.tanh([0.5, 2]) / 2),
        ("hinge", {}, (0.5 + 2) / 2, [-0.5, -0.5]),
        ("quantile", {"quantile": 0.9}, 0.9 * 1.25, [-0.45, -0.45]),
    ],
)
def test_losses_give_the_values_of_their_formulas(name, options, value, gradient):
    loss = of(name, **options)
    np.testing.assert_allclose(loss.forward(P, T), [value], rtol=1e-14)
    np.testing.assert_allclose(loss.backward(P, T), [gradient], rtol=1e-14)


def test_poisson_is_least_where_the_answer_is_the_count():
    counts = np.array([[3.0], [0.5]])
    # the constant in the logarithm moves the slope by 1e-8 / y
    np.testing.assert_allclose(of("poisson").backward(counts, counts), 0, atol=1e-7)
    np.testing.assert_allclose(
        of("poisson").forward(counts, counts)[0], 3 - 3 * np.log(3), rtol=1e-7
    )


def test_a_margin_that_is_kept_costs_nothing():
    answers = np.array([[1.5, -1.0]])
    assert not of("hinge").forward(answers, Y[:1]).any()
    assert not of("hinge").backward(answers, Y[:1]).any()


@pytest.mark.parametrize("name", ["mae", "quantile"])
def test_no_error_pulls_nowhere(name):
    assert not of(name).backward(Y, Y).any()


def test_log_cosh_does_not_overflow():
    far = np.array([[1e300, -1e300]])
    assert np.isfinite(of("log_cosh").forward(far, Y[:1])).all()
    assert np.isfinite(of("log_cosh").backward(far, Y[:1])).all()


def test_focal_without_gamma_is_cross_entropy():
    z = np.random.default_rng(0).normal(size=(5, 2))
    y = np.eye(2)[[0, 1, 1, 0, 1]]
    for way in ("forward", "backward"):
        actual = getattr(of("focal", gamma=0.0), way)(z, y)
        np.testing.assert_allclose(actual, getattr(of("cross_entropy"), way)(z, y))


@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy"])
def test_smoothing_is_the_loss_of_smoothed_targets(name):
    z = np.random.default_rng(0).normal(size=(2, 2))
    smoothed = np.array([[0.9, 0.1], [0.1, 0.9]])
    loss = of(name, label_smoothing=0.2)
    np.testing.assert_allclose(loss.forward(z, Y), of(name).forward(z, smoothed))
    np.testing.assert_allclose(loss.backward(z, Y), of(name).backward(z, smoothed))
