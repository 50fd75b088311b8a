import numpy as np
import pytest

from ranvier.engine.reference.losses import (
    LOSSES,
    binary_cross_entropy,
    binary_cross_entropy_backward,
    cross_entropy,
    cross_entropy_backward,
    mse,
    mse_backward,
)

HALVES = np.zeros((2, 2))  # the sums of which softmax and sigmoid are a half
Y = np.array([[1.0, 0], [0, 1]])


def test_mse_is_the_mean_over_the_outputs():
    p = np.array([[1.0, 2], [0, 0.5]])
    np.testing.assert_array_equal(mse(p, Y), [2, 0.125])
    np.testing.assert_array_equal(mse_backward(p, Y), [[0, 1], [0, -0.25]])


def test_cross_entropy_of_even_odds_is_log_two():
    np.testing.assert_allclose(cross_entropy(HALVES, Y), np.log(2), rtol=1e-15)
    np.testing.assert_array_equal(
        cross_entropy_backward(HALVES, Y), [[-0.25, 0.25], [0.25, -0.25]]
    )


def test_binary_cross_entropy_of_even_odds_is_log_two():
    np.testing.assert_allclose(binary_cross_entropy(HALVES, Y), np.log(2), rtol=1e-15)
    np.testing.assert_array_equal(
        binary_cross_entropy_backward(HALVES, Y), [[-0.125, 0.125], [0.125, -0.125]]
    )


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_a_sure_and_wrong_answer_has_a_large_but_finite_loss(loss):
    sums = np.array([[-1e4, 1e4], [1e4, -1e4]])
    rows = LOSSES[loss].forward(sums, Y)
    assert np.isfinite(LOSSES[loss].backward(sums, Y)).all()
    assert (rows >= 1e4).all()
    assert np.isfinite(rows).all()


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_a_sure_and_right_answer_has_no_loss(loss):
    sums = np.array([[1e4, -1e4], [-1e4, 1e4]])
    assert not LOSSES[loss].forward(sums, Y).any()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_has_one_value_a_row_and_a_gradient_an_answer(loss):
    answers, y = np.full((5, 3), 0.2), np.full((5, 3), 1 / 3)
    assert LOSSES[loss].forward(answers, y).shape == (5,)
    assert LOSSES[loss].backward(answers, y).shape == (5, 3)
