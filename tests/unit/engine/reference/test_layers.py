import numpy as np

from ranvier.engine.reference.layers import LAYERS, dense, dense_backward
from ranvier.network import LAYERS as DESCRIBED

OWN = {"weight": np.array([[1.0, 2], [3, 4], [5, 6]]), "bias": np.array([10.0, 20])}
X = np.array([[1.0, 0, 2], [0, 1, 1]])
GRAD_Z = np.array([[1.0, 0], [2, 1]])


def test_dense_adds_weighted_inputs_and_bias():
    np.testing.assert_array_equal(dense(OWN, X), [[21, 34], [18, 30]])


def test_dense_without_bias_adds_weighted_inputs():
    weight = {"weight": OWN["weight"]}
    np.testing.assert_array_equal(dense(weight, X), [[11, 14], [8, 10]])


def test_dense_backward_shares_the_blame():
    gradients, grad_x = dense_backward(OWN, GRAD_Z, X)
    np.testing.assert_array_equal(gradients["weight"], [[1, 0], [2, 1], [4, 1]])
    np.testing.assert_array_equal(gradients["bias"], [3, 1])
    np.testing.assert_array_equal(grad_x, [[1, 3, 5], [4, 10, 16]])


def test_dense_backward_without_bias_has_no_gradient_for_it():
    gradients, _ = dense_backward({"weight": OWN["weight"]}, GRAD_Z, X)
    assert set(gradients) == {"weight"}


def test_every_layer_that_is_computed_is_described():
    assert set(LAYERS) <= set(DESCRIBED)
