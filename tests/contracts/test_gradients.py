"""Every gradient of the reference engine is what central differences say it is."""

import itertools
import math

import numpy as np
import pytest

from ranvier.engine.reference.backpropagation import backward, forward, losses
from ranvier.engine.reference.layers import Pass
from ranvier.network import ACTIVATIONS, Dense, LeakyReLU, Network
from ranvier.network.activations import bend_of, name_of
from ranvier.recipe import LOSSES
from tests.support.catalogue import NETWORKS
from tests.support.differences import central_differences, difference_tolerance
from tests.support.pairs import OUTPUTS

ROWS, INPUTS, UNITS, CLASSES = 3, 4, 5, 3
KINKS = {
    "hard_sigmoid": (-3.0, 3.0),
    **dict.fromkeys(("relu", "leaky_relu", "prelu", "selu", "elu"), (0.0,)),
}
NEAR = 1e-4  # sums this near to a kink could be moved across it


def learning(weights):
    """Return the pass of a step in which rows have these weights."""
    places = np.arange(len(weights), dtype=np.uint32)
    return Pass(True, np.array(weights, float), places, seed=3, step=5)


def drawn(network, seed):
    random = np.random.default_rng(seed)
    weights = {
        f"{placed.name}.{one.name}": random.normal(size=one.shape)
        / math.sqrt(math.prod(one.shape[:-1]))
        for placed in network.walk()
        for one in placed.parameters
    }
    x = random.normal(size=(ROWS, math.prod(network.input_shape)))
    for table, column in enumerate(network.id_columns):
        x[:, column] = random.integers(0, network.layers[0].ids[table], ROWS)
    y = random.dirichlet(np.ones(network.output_shape[0]), ROWS)
    return weights, x, y


def is_near_a_kink(traces):
    return any(
        np.abs(one.z - kink).min() < NEAR
        for one in traces
        for kink in KINKS.get(name_of(bend_of(one.placed.layer)), ())
    )


def drawn_away_from_kinks(network, now):
    draws = (drawn(network, seed) for seed in itertools.count())
    return next(
        (weights, x, y)
        for weights, x, y in draws
        if not is_near_a_kink(forward(network, weights, x, now))
    )


def assert_gradients_match(
    network, kind, row_weights=(1, 1, 1), label_weights=None, **options
):
    loss, now = LOSSES[kind](**options), learning(row_weights)
    weights, x, y = drawn_away_from_kinks(network, now)

    def mean_loss():
        output = forward(network, weights, x, now)[-1]
        rows = losses(loss, output, y, label_weights)
        return float(np.average(rows, weights=now.weights))

    traces = forward(network, weights, x, now)
    gradients, grad_x = backward(loss, traces, y, now, label_weights=label_weights)
    unlearnt = {name for name in weights if ".running_" in name}
    assert set(gradients) == set(weights) - unlearnt
    numbers = [c for c in range(x.shape[1]) if c not in network.id_columns]
    assert not grad_x[:, network.id_columns].any()
    arrays = {name: weights[name] for name in gradients}
    for name, array in {**arrays, "inputs": x}.items():
        actual = grad_x if name == "inputs" else gradients[name]
        expected = central_differences(mean_loss, array)
        if name == "inputs":
            actual, expected = actual[:, numbers], expected[:, numbers]
        tolerance = difference_tolerance(mean_loss())
        np.testing.assert_allclose(
            actual, expected, rtol=0, atol=tolerance, err_msg=name
        )


@pytest.mark.parametrize("network", [one for one in NETWORKS if "alone" in one.id])
def test_gradients_of_every_layer_match_central_differences(network):
    assert_gradients_match(network, "cross_entropy")


@pytest.mark.parametrize("network", [one for one in NETWORKS if "alone" in one.id])
def test_gradients_of_weighted_rows_match(network):
    assert_gradients_match(network, "cross_entropy", (0.5, 2, 1.25))


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_gradients_of_weighted_labels_match(smoothing):
    layers = [Dense(UNITS, "tanh"), Dense(CLASSES, "sigmoid")]
    assert_gradients_match(
        Network(layers, (INPUTS,)),
        "binary_cross_entropy",
        (0.5, 2, 1.25),
        np.array([[1.0, 0.25, 0.0], [3.0, 1.0, 2.0]]),
        label_smoothing=smoothing,
    )


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_of_every_activation_match(activation, output, loss):
    layers = [Dense(UNITS, activation), Dense(CLASSES, output)]
    assert_gradients_match(Network(layers, (INPUTS,)), loss)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_gradients_without_a_hidden_layer_match(output, loss):
    assert_gradients_match(Network([Dense(UNITS, output)], (INPUTS,)), loss)


def test_gradients_without_biases_match():
    layers = [Dense(UNITS, "tanh", False), Dense(CLASSES, "softmax", False)]
    assert_gradients_match(Network(layers, (INPUTS,)), "cross_entropy")


@pytest.mark.parametrize(
    ("output", "loss"),
    [one for one in OUTPUTS if not LOSSES[one.values[1]].is_of_classes],
)
def test_gradients_of_a_single_output_match(output, loss):
    layers = [Dense(UNITS, "tanh"), Dense(1, output)]
    assert_gradients_match(Network(layers, (INPUTS,)), loss)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_through_three_hidden_layers_match(activation):
    layers = [Dense(UNITS, activation)] * 3 + [Dense(CLASSES, "softmax")]
    assert_gradients_match(Network(layers, (INPUTS,)), "cross_entropy")


@pytest.mark.parametrize("slope", [0.0, 0.2, 1.5])
def test_gradients_through_a_described_slope_match(slope):
    layers = [Dense(UNITS, LeakyReLU(slope)), Dense(CLASSES, LeakyReLU(slope))]
    assert_gradients_match(Network(layers, (INPUTS,)), "mse")


@pytest.mark.parametrize(
    ("output", "loss", "options"),
    [
        ("identity", "huber", {"delta": 0.3}),
        ("softmax", "cross_entropy", {"label_smoothing": 0.2}),
        ("sigmoid", "binary_cross_entropy", {"label_smoothing": 0.2}),
        ("softmax", "focal", {"gamma": 0.0}),
        ("softmax", "focal", {"gamma": 0.5}),
        ("softmax", "focal", {"gamma": 5.0}),
        ("identity", "quantile", {"quantile": 0.1}),
    ],
)
def test_gradients_for_the_options_of_losses_match(output, loss, options):
    layers = [Dense(UNITS, "tanh"), Dense(CLASSES, output)]
    assert_gradients_match(Network(layers, (INPUTS,)), loss, **options)
