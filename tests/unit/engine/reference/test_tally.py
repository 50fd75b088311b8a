import numpy as np
import pytest

from ranvier.engine.contract import Evaluation, Failure
from ranvier.engine.reference.tally import Tally, chosen_class
from ranvier.network import Dense, Network

NETWORK = Network([Dense(2), Dense(3)], 4)
ONES = np.ones(2)
OUTPUTS = np.array([[0.0, 1, 0], [5, 1, 0]])


def test_losses_and_right_answers_are_means_over_rows_not_batches():
    tally = Tally(NETWORK)
    tally.count(np.array([1.0, 2]), OUTPUTS, np.array([1, 2], np.int32), ONES)
    tally.count(np.array([6.0]), OUTPUTS[:1], np.array([1], np.int32), ONES[:1])
    assert tally.evaluation() == Evaluation(loss=3.0, accuracy=2 / 3)


def test_rows_count_by_their_weights():
    tally = Tally(NETWORK)
    weights = np.array([3.0, 1.0])
    tally.count(np.array([1.0, 5]), OUTPUTS, np.array([1, 2], np.int32), weights)
    assert tally.evaluation() == Evaluation(loss=2.0, accuracy=0.75)


def test_values_have_no_accuracy():
    tally = Tally(NETWORK)
    tally.count(np.array([1.0, 2]), OUTPUTS, np.zeros((2, 3), np.float32), ONES)
    assert tally.evaluation() == Evaluation(loss=1.5, accuracy=None)


def test_gradient_norms_are_euclidean_over_weights_and_biases_together():
    tally = Tally(NETWORK)
    tally.count(np.array([1.0]), OUTPUTS[:1], np.array([1], np.int32), ONES[:1])
    for scale in (1, 3):
        tally.sample(
            {
                "dense_1.weight": np.array([[3.0 * scale]]),
                "dense_1.bias": np.array([4.0 * scale]),
                "dense_2.weight": np.array([[1.0 * scale]]),
            }
        )
    statistics = tally.statistics(failure=None)
    assert statistics.gradient_norms == {"dense_1": 10.0, "dense_2": 2.0}


def test_a_failure_is_passed_on_and_what_was_never_seen_is_nan():
    statistics = Tally(NETWORK).statistics(Failure(0, "dense_1"))
    assert statistics.failure == Failure(0, "dense_1")
    assert np.isnan(statistics.loss)
    assert np.isnan(statistics.gradient_norms["dense_2"])


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [(OUTPUTS, [1, 0]), ([[2.0, 2, 1]], [0]), ([[0.5], [0.51]], [0, 1])],
)
def test_the_chosen_class_is_the_first_of_the_largest(outputs, expected):
    assert chosen_class(np.array(outputs)).tolist() == expected
