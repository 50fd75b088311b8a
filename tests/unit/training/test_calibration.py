import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

from ranvier.training.calibration import at_temperature, calibrate, fit_temperature


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def drawn(temperature, rows=4000, classes=3):
    """Return logits, and targets drawn from their softmax at `temperature`."""
    random = np.random.default_rng(0)
    logits = random.normal(size=(rows, classes)) * 3
    chances = softmax(logits / temperature)
    targets = (chances.cumsum(axis=1) < random.uniform(size=(rows, 1))).sum(axis=1)
    return logits, np.minimum(targets, classes - 1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("classes", [2, 3])
def test_the_temperature_that_targets_were_drawn_at_is_found(temperature, classes):
    logits, targets = drawn(temperature, classes=classes)
    found = fit_temperature(targets, softmax(logits).astype(np.float32))
    assert found == pytest.approx(temperature, rel=0.1)


@pytest.mark.parametrize("is_weighed", [False, True])
def test_no_other_temperature_has_less_loss(is_weighed):
    logits, targets = drawn(1.7, rows=300)
    chances = softmax(logits)
    weights = np.random.default_rng(1).uniform(0, 2, 300) if is_weighed else None

    def loss(temperature):
        scaled = at_temperature(chances, temperature)
        return log_loss(targets, scaled, sample_weight=weights)

    best = minimize_scalar(loss, bounds=(0.1, 10), method="bounded").x
    assert fit_temperature(targets, chances, weights) == pytest.approx(best, rel=1e-4)


def test_weights_count_as_rows():
    logits, targets = drawn(2.0, rows=90)
    chances, weights = softmax(logits), np.arange(90) % 4
    twice = np.repeat(np.arange(90), weights)
    assert fit_temperature(targets, chances, weights) == pytest.approx(
        fit_temperature(targets[twice], chances[twice]), rel=1e-9
    )


def test_probabilities_at_a_temperature_are_the_softmax_of_fewer_logits():
    logits = np.random.default_rng(2).normal(size=(50, 4)).astype(np.float32) * 3
    scaled = at_temperature(softmax(logits), 1.6)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, softmax(logits / 1.6), rtol=1e-4)


def test_two_classes_are_scaled_as_one_logit():
    logit = np.linspace(-5, 5, 11)
    second = 1 / (1 + np.exp(-logit))
    scaled = at_temperature(np.stack([1 - second, second], axis=1), 2.0)
    np.testing.assert_allclose(scaled[:, 1], 1 / (1 + np.exp(-logit / 2)))


@pytest.mark.parametrize("temperature", [0.1, 0.5, 3.0, 10.0])
def test_no_answer_changes_and_rows_sum_to_1(temperature):
    chances = np.array([[1, 0, 0], [0.5, 0.3, 0.2], [1e-30, 1, 0]], np.float32)
    scaled = at_temperature(chances, temperature)
    assert (scaled.argmax(axis=1) == chances.argmax(axis=1)).all()
    np.testing.assert_allclose(scaled.sum(axis=1), 1, rtol=1e-6)


def test_at_1_probabilities_stay_as_they_are():
    chances = np.array([[1.0, 0.0]], np.float32)
    assert at_temperature(chances, 1.0) is chances


def test_a_calibration_applies_its_temperature():
    logits, targets = drawn(2.0, rows=100)
    found = calibrate(targets, softmax(logits))
    assert found.rows == 100
    assert found.reason is None
    np.testing.assert_array_equal(
        found.apply(softmax(logits)), at_temperature(softmax(logits), found.temperature)
    )


def test_a_truth_of_probability_0_is_survived():
    chances = np.array([[1.0, 0.0]] * 100, np.float32)
    targets = np.array([0] * 90 + [1] * 10)
    # The two logits are 0 and log 2^-24: at T they must give 0.9 and 0.1.
    expected = 24 * np.log(2) / np.log(9)
    assert fit_temperature(targets, chances) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("rows", [0, 1, 29])
def test_too_few_rows_leave_probabilities_alone(rows):
    logits, targets = drawn(3.0, rows=100)
    weights = np.arange(100) < rows
    found = calibrate(targets, softmax(logits), weights)
    assert found.temperature == 1
    assert found.reason == f"{rows} validation rows are too few; 30 would do"


@pytest.mark.parametrize("are_right", [True, False])
def test_a_temperature_that_would_run_away_is_not_taken(are_right):
    targets = np.arange(60) % 2
    chances = np.eye(2)[targets if are_right else 1 - targets] * 0.8 + 0.1
    found = calibrate(targets, chances)
    assert found.temperature == 1
    assert found.reason == (
        "no temperature from 0.1 to 10 has the least loss on 60 validation rows"
    )


def test_even_probabilities_are_left_alone():
    assert fit_temperature(np.arange(60) % 2, np.full((60, 2), 0.5)) == 1
