import numpy as np

from ranvier.engine.reference.backpropagation import backward, forward, losses
from ranvier.network import Dense, Network, Residual
from ranvier.recipe import MSE, BinaryCrossEntropy, CrossEntropy

NETWORK = Network([Dense(2, "relu"), Dense(1)], 2)
WEIGHTS = {
    "dense_1.weight": np.array([[1.0, -1], [2, 0]]),
    "dense_1.bias": np.array([0.0, 0.5]),
    "dense_2.weight": np.array([[3.0], [4]]),
    "dense_2.bias": np.array([1.0]),
}
X, Y = np.array([[1.0, 2]]), np.array([[14.0]])


def test_forward_keeps_what_went_through_each_layer():
    first, second = forward(NETWORK, WEIGHTS, X)
    np.testing.assert_array_equal(first.z, [[5, -0.5]])
    np.testing.assert_array_equal(first.a, [[5, 0]])
    assert second.x is first.a
    np.testing.assert_array_equal(second.a, [[16]])
    assert [one.placed.name for one in (first, second)] == ["dense_1", "dense_2"]


def test_losses_judge_the_last_layer():
    output = forward(NETWORK, WEIGHTS, X)[-1]
    np.testing.assert_array_equal(losses(MSE(), output, Y), [4])


def test_backward_gives_the_gradients_worked_out_by_hand():
    traces = forward(NETWORK, WEIGHTS, X)
    gradients, grad_x = backward(MSE(), traces, Y)
    expected = {
        "dense_2.weight": [[4 * 5], [0]],
        "dense_2.bias": [4],
        "dense_1.weight": [[4 * 3 * 1, 0], [4 * 3 * 2, 0]],
        "dense_1.bias": [12, 0],
    }
    assert set(gradients) == set(expected)
    assert all((gradients[name] == expected[name]).all() for name in expected)
    np.testing.assert_array_equal(grad_x, [[12, 24]])


def test_a_loss_taken_from_the_sums_skips_the_output_activation_once():
    network = Network([Dense(1, "sigmoid"), Dense(1, "sigmoid")], 1)
    weights = {"dense_1.weight": np.zeros((1, 1)), "dense_1.bias": np.zeros(1)}
    weights |= {"dense_2.weight": np.ones((1, 1)), "dense_2.bias": np.full(1, -0.5)}
    traces = forward(network, weights, np.ones((1, 1)))
    gradients, _ = backward(BinaryCrossEntropy(), traces, np.zeros((1, 1)))
    assert gradients["dense_2.bias"] == 0.5  # p - y
    assert gradients["dense_1.bias"] == 0.5 * 0.25  # through one sigmoid


def test_losses_lose_nothing_of_small_probabilities():
    network = Network([Dense(2, "softmax")], 1)
    weights = {"dense_1.weight": np.array([[0.0, 800]]), "dense_1.bias": np.zeros(2)}
    output = forward(network, weights, np.ones((1, 1)))[-1]
    assert output.a[0, 0] == 0
    assert losses(CrossEntropy(), output, np.array([[1.0, 0]])) == [800]


def test_a_residual_adds_its_branch_to_its_input():
    network = Network([Residual([Dense(2, bias=False)], activation="relu")], 2)
    weights = {"residual_1.dense_1.weight": np.array([[1.0, -4], [2, 0]])}
    (trace,) = forward(network, weights, X)
    np.testing.assert_array_equal(trace.z, [[1 + 5, 2 - 4]])
    np.testing.assert_array_equal(trace.a, [[6, 0]])
    gradients, grad_x = backward(MSE(), [trace], np.array([[5.0, 0]]))
    np.testing.assert_array_equal(
        gradients["residual_1.dense_1.weight"], [[1, 0], [2, 0]]
    )
    np.testing.assert_array_equal(grad_x, [[1 + 1, 0 + 2]])


def test_slopes_learn_from_what_was_below_zero():
    network = Network([Dense(2, "prelu", bias=False)], 2)
    weights = {
        "dense_1.weight": np.array([[1.0, -1], [0, 0]]),
        "dense_1.slope": np.array([0.5, 0.25]),
    }
    (trace,) = forward(network, weights, X)
    np.testing.assert_array_equal(trace.a, [[1, -0.25]])
    gradients, _ = backward(MSE(), [trace], np.array([[0.0, 0.75]]))
    np.testing.assert_array_equal(gradients["dense_1.slope"], [0, -1 * -1])
