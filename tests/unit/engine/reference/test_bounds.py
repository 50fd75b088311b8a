import numpy as np
import pytest

from ranvier.engine.reference.bounds import clipped, limited, penalised
from ranvier.recipe import Clip, Penalty

WEIGHTS = {
    "dense_1.weight": np.array([[3.0, 0.0], [-4.0, 1.0]]),
    "dense_1.bias": np.array([5.0, -5.0]),
}
GRADIENTS = {
    "dense_1.weight": np.array([[3.0, 0.0], [0.0, -4.0]]),
    "dense_1.bias": np.array([12.0, 0.0]),
}


def test_penalties_add_the_gradients_of_their_costs_to_weights_alone():
    both = penalised(Penalty(l1=0.5, l2=0.1), WEIGHTS, GRADIENTS)
    expected = [[3 + 0.5 + 0.3, 0], [0 - 0.5 - 0.4, -4 + 0.5 + 0.1]]
    np.testing.assert_allclose(both["dense_1.weight"], expected, rtol=1e-15)
    np.testing.assert_array_equal(both["dense_1.bias"], GRADIENTS["dense_1.bias"])


def test_a_bound_by_value_cuts_every_entry():
    cut = clipped(Clip(value=3.5), GRADIENTS)
    np.testing.assert_array_equal(cut["dense_1.weight"], [[3, 0], [0, -3.5]])
    np.testing.assert_array_equal(cut["dense_1.bias"], [3.5, 0])


def test_a_bound_by_norm_scales_each_array_that_is_longer():
    cut = clipped(Clip(norm=6.0), GRADIENTS)
    np.testing.assert_array_equal(cut["dense_1.weight"], GRADIENTS["dense_1.weight"])
    np.testing.assert_array_equal(cut["dense_1.bias"], [6, 0])


def test_a_bound_by_the_global_norm_scales_all_alike():
    cut = clipped(Clip(global_norm=6.5), GRADIENTS)  # the norm of all is 13
    halves = {name: array / 2 for name, array in GRADIENTS.items()}
    np.testing.assert_equal(cut, halves)


def test_shorter_gradients_stay_as_they_are():
    clip = Clip(value=100.0, norm=100.0, global_norm=100.0)
    np.testing.assert_equal(clipped(clip, GRADIENTS), GRADIENTS)


def test_zero_gradients_stay_zero():
    zeros = {name: np.zeros_like(array) for name, array in GRADIENTS.items()}
    np.testing.assert_equal(clipped(Clip(norm=1.0, global_norm=1.0), zeros), zeros)


@pytest.mark.parametrize(
    ("most", "expected"),
    [(2.5, [[1.5, 0], [-2, 1]]), (0.5, [[0.3, 0], [-0.4, 0.5]]), (9.0, None)],
)
def test_the_weights_into_a_unit_are_scaled_to_the_largest_norm(most, expected):
    weight = WEIGHTS["dense_1.weight"]
    made = limited(Penalty(max_norm=most), "dense_1.weight", weight)
    np.testing.assert_allclose(made, weight if expected is None else expected)


def test_biases_and_unbounded_weights_stay_as_they_are():
    bias = WEIGHTS["dense_1.bias"]
    assert limited(Penalty(max_norm=0.1), "dense_1.bias", bias) is bias
    assert limited(Penalty(), "dense_1.weight", bias) is bias
