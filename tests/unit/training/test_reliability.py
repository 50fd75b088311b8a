import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from ranvier.training.calibration import calibrate
from ranvier.training.reliability import (
    calibration_error,
    calibration_interval,
    reliability,
    sureness,
)


def pairs(second):
    return np.stack([1 - np.asarray(second), second], axis=1)


def test_bins_hold_as_many_rows_as_each_other():
    # Two bins: the surer half is right in 1 of 2, the other in 2 of 2.
    chances = pairs([0.6, 0.7, 0.8, 0.9])
    error = calibration_error(np.array([1, 1, 1, 0]), chances, bins=2)
    assert error == pytest.approx((abs(1 - 0.65) + abs(0.5 - 0.85)) / 2)


def test_weights_count_as_rows():
    chances, truth = pairs([0.6, 0.7, 0.8, 0.9]), np.array([1, 0, 1, 0])
    weights = np.array([1, 3, 0, 2])
    twice = np.repeat(np.arange(4), weights)
    assert calibration_error(truth, chances, weights, bins=3) == pytest.approx(
        calibration_error(truth[twice], chances[twice], bins=3)
    )


def test_the_order_of_rows_does_not_matter():
    random = np.random.default_rng(0)
    chances = pairs(random.choice([0.6, 0.7, 0.95], 90))
    truth = random.integers(2, size=90)
    order = random.permutation(90)
    assert calibration_error(truth, chances) == pytest.approx(
        calibration_error(truth[order], chances[order])
    )


def test_a_constant_answer_that_is_as_sure_as_it_is_right_has_no_error():
    truth = np.array([1, 0, 0, 0] * 25)
    assert calibration_error(truth, pairs([0.25] * 100)) == 0


def test_an_answer_that_is_surely_wrong_has_the_error_1():
    assert calibration_error(np.array([1]), np.array([[1.0, 0.0, 0.0]])) == 1


def test_the_interval_holds_the_error_and_narrows_with_rows():
    random = np.random.default_rng(1)
    widths = []
    for rows in (100, 10_000):
        chances = random.uniform(0.5, 1, rows)
        truth = (random.uniform(size=rows) < chances - 0.2).astype(int)
        low, high = calibration_interval(truth, pairs(chances))
        assert low <= calibration_error(truth, pairs(chances)) <= high
        assert abs((low + high) / 2 - 0.2) < 3 / rows**0.5
        assert (low, high) == calibration_interval(truth, pairs(chances))
        widths.append(high - low)
    assert widths[1] < widths[0] / 3


def test_rows_of_weight_0_are_in_no_interval():
    chances, truth = pairs([0.6, 0.9] * 20), np.array([1, 0] * 20)
    weights = np.array([1.0, 0.0] * 20)
    low, high = calibration_interval(truth, chances, weights)
    assert (low, high) == pytest.approx((0.4, 0.4))


@pytest.mark.parametrize("classes", [2, 5])
def test_losses_of_probabilities_are_those_of_scikit_learn(classes):
    random = np.random.default_rng(4)
    chances = random.dirichlet(np.ones(classes), 50)
    truth = np.arange(50) % classes
    weights = random.uniform(0, 2, 50)
    found = sureness(truth, chances, weights)
    second = chances[:, 1] if classes == 2 else chances
    assert found == pytest.approx(
        {
            "log_loss": log_loss(truth, chances, sample_weight=weights),
            "brier": brier_score_loss(truth, second, sample_weight=weights),
            "ece": calibration_error(truth, chances, weights),
        }
    )


def test_a_calibration_makes_a_model_that_is_too_sure_better_in_all_three():
    random = np.random.default_rng(5)
    chances = random.dirichlet(np.ones(3), 2000)
    truth = (chances.cumsum(axis=1) < random.uniform(size=(2000, 1))).sum(axis=1)
    too_sure = chances**3 / (chances**3).sum(axis=1, keepdims=True)
    after = calibrate(truth, too_sure).apply(too_sure)
    before, after = (sureness(truth, one) for one in (too_sure, after))
    assert all(after[name] < 0.9 * before[name] for name in before)


def test_the_bins_are_those_of_the_calibration_error():
    random = np.random.default_rng(0)
    chances = random.dirichlet([1, 1, 1], 400)
    targets = random.integers(0, 3, 400)
    bins = reliability(targets, chances)
    gaps = sum(abs(one.right - one.confidence) * one.rows for one in bins)
    assert gaps / 400 == pytest.approx(calibration_error(targets, chances))
    assert [one.confidence for one in bins] == sorted(one.confidence for one in bins)
    assert sum(one.rows for one in bins) == 400


def test_rows_that_weigh_nothing_are_in_no_bin():
    chances = np.array([[0.8, 0.2], [0.6, 0.4], [0.9, 0.1]])
    weights = np.array([1.0, 0.0, 3.0])
    bins = reliability(np.array([0, 1, 1]), chances, weights, bins=1)
    assert [one.rows for one in bins] == [2]
    assert bins[0].right == pytest.approx(0.25)


def test_a_share_lies_within_wilsons_interval():
    """As statsmodels' proportion_confint(8, 10, method="wilson") has it."""
    chances = np.tile([0.9, 0.1], (10, 1))
    (only,) = reliability(np.array([0] * 8 + [1] * 2), chances, bins=1)
    assert (only.low, only.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
