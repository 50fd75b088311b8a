"""Every gradient of the reference engine is what central differences say it is."""

import dataclasses
import itertools

import numpy as np
import pytest

from ranvier.engine.reference.backpropagation import backward, forward, losses
from ranvier.engine.reference.layers import LAYERS as COMPUTED
from ranvier.network import ACTIVATIONS, LAYERS, Dense, LeakyReLU, Network
from ranvier.recipe import LOSSES
from tests.support.differences import central_differences, difference_tolerance
from tests.support.pairs import OUTPUTS

ROWS, INPUTS, UNITS, CLASSES = 3, 4, 5, 3
KINKS = np.array([-3.0, 0.0, 3.0])  # of hard_sigmoid and of relu
NEAR = 1e-3  # sums this near to a kink could be moved across it


def small_layer(kind, activation, bias=True):
    options = {"units": UNITS, "activation": activation, "bias": bias}
    fields = {field.name for field in dataclasses.fields(LAYERS[kind])}
    return LAYERS[kind](**{name: options[name] for name in fields & set(options)})


def drawn(network, seed):
    random = np.random.default_rng(seed)
    weights = {
        f"{placed.name}.{one.name}": random.normal(size=one.shape)
        for placed in network.placed()
        for one in placed.parameters
    }
    x = random.normal(size=(ROWS, INPUTS))
    y = random.dirichlet(np.ones(network.output.units), ROWS)
    return weights, x, y


def drawn_away_from_kinks(network):
    draws = (drawn(network, seed) for seed in itertools.count())
    return next(
        (weights, x, y)
        for weights, x, y in draws
        if all(
            np.abs(one.z[..., None] - KINKS).min() > NEAR
            for one in forward(network, weights, x)
        )
    )


def assert_gradients_match(network, kind, **options):
    loss = LOSSES[kind](**options)
    weights, x, y = drawn_away_from_kinks(network)

    def mean_loss():
        return losses(loss, forward(network, weights, x)[-1], y).mean()

    gradients, grad_x = backward(loss, forward(network, weights, x), weights, y)
    assert set(gradients) == set(weights)
    for name, array in {**weights, "inputs": x}.items():
        actual = grad_x if name == "inputs" else gradients[name]
        np.testing.assert_allclose(
            actual,
            central_differences(mean_loss, array),
            rtol=0,
            atol=difference_tolerance(mean_loss()),
            err_msg=name,
        )


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("kind", COMPUTED)
def test_gradients_match_central_differences(kind, activation, output, loss):
    layers = [small_layer(kind, activation), Dense(CLASSES, output)]
    assert_gradients_match(Network(layers, (INPUTS,)), loss)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
@pytest.mark.parametrize("kind", COMPUTED)
def test_gradients_without_a_hidden_layer_match(kind, output, loss):
    assert_gradients_match(Network([small_layer(kind, output)], (INPUTS,)), loss)


@pytest.mark.parametrize("kind", COMPUTED)
def test_gradients_without_biases_match(kind):
    layers = [small_layer(kind, "tanh", bias=False), Dense(CLASSES, "softmax", False)]
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
