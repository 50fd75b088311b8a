import dataclasses

import numpy as np
import pytest

from ranvier.engine.contract import Decode, Samples
from ranvier.engine.parameters import initial_parameters
from ranvier.engine.reference import ReferenceEngine
from ranvier.network import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    MaxPool2D,
    Network,
    Residual,
)
from ranvier.recipe import MSE, BinaryCrossEntropy, CrossEntropy, Recipe
from ranvier.training.portion import Portion
from ranvier.training.probe import (
    CAREFUL,
    FEWEST,
    QUICK,
    ROWS,
    LayerState,
    affordable,
    probe,
)

NETWORK = Network([Dense(5, "tanh"), Dense(3, "softmax")], (4,))


def portion(rows=40, inputs=4, classes=3, scale=1.0, seed=0):
    random = np.random.default_rng(seed)
    x = (scale * random.normal(size=(rows, inputs))).astype(np.float32)
    y = random.integers(0, classes, rows).astype(np.int32)
    return Portion(Samples(x, y), np.arange(rows, dtype=np.uint32))


def plain(network):
    size = int(np.prod(network.input_shape))
    return Decode(np.ones(size, np.float32), np.zeros(size, np.float32))


def probed(network=NETWORK, part=None, weights=None, loss=None, **options):
    part = portion() if part is None else part
    arrays = initial_parameters(network, 0) | (weights or {})
    loss = loss or CrossEntropy()
    return probe(network, loss, plain(network), arrays, part, **options)


def filled(network, **values):
    """Return the first weights, some of them all the same number."""
    arrays = initial_parameters(network, 0)
    return {name: np.full_like(arrays[name], value) for name, value in values.items()}


def test_each_layer_is_told_by_its_name():
    assert list(probed()) == ["dense_1", "dense_2"]


def test_what_a_layer_gives_is_measured_over_rows_and_units():
    part = portion()
    weights = initial_parameters(NETWORK, 0)
    a = np.tanh(part.samples.inputs @ weights["dense_1.weight"])
    state = probed(part=part)["dense_1"]
    assert (state.mean, state.deviation) == pytest.approx((a.mean(), a.std()), 1e-5)


def test_inputs_are_decoded_first():
    part = portion()
    halves = Decode(np.full(4, 0.5, np.float32), np.ones(4, np.float32))
    decoded = Samples(part.samples.inputs * 0.5 + 1, part.samples.targets)
    weights = initial_parameters(NETWORK, 0)
    given = probe(NETWORK, CrossEntropy(), halves, weights, part)
    expected = probed(part=part._replace(samples=decoded))
    assert given["dense_1"] == pytest.approx(expected["dense_1"], rel=1e-6, abs=1e-9)


def test_gradients_and_weights_are_those_of_the_engine():
    part, weights = portion(), initial_parameters(NETWORK, 0)
    program = ReferenceEngine().program(NETWORK, Recipe(), plain(NETWORK), weights)
    gradients = program.gradients(*part)
    for name, state in probed(part=part).items():
        gradient, weight = gradients[f"{name}.weight"], weights[f"{name}.weight"]
        assert state.gradient == pytest.approx(np.sqrt((gradient**2).mean()), rel=1e-5)
        assert state.weight == pytest.approx(np.sqrt((weight**2).mean()), rel=1e-5)


def test_the_signal_of_a_softmax_is_what_its_rows_miss():
    part, weights = portion(), initial_parameters(NETWORK, 0)
    program = ReferenceEngine().program(NETWORK, Recipe(), plain(NETWORK), weights)
    missed = program.predict(part.samples.inputs) - np.eye(3)[part.samples.targets]
    expected = np.sqrt((missed**2).sum(axis=1).mean())
    assert probed(part=part)["dense_2"].signal == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("layer", ["dense_1", "dense_2"])
def test_the_signal_of_one_row_is_the_gradient_of_the_biases(layer):
    part, weights = portion(rows=1), initial_parameters(NETWORK, 0)
    program = ReferenceEngine().program(NETWORK, Recipe(), plain(NETWORK), weights)
    gradient = program.gradients(*part)[f"{layer}.bias"]
    expected = np.linalg.norm(gradient)
    assert probed(part=part)[layer].signal == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "hard_sigmoid"])
@pytest.mark.parametrize(("bias", "share"), [(0.0, 0.0), (50.0, 1.0)])
def test_units_far_from_zero_are_saturated_and_flat_for_every_row(
    activation, bias, share
):
    network = Network([Dense(5, activation), Dense(3, "softmax")], (4,))
    weights = filled(network, **{"dense_1.weight": 0.0, "dense_1.bias": bias})
    state = probed(network, weights=weights)["dense_1"]
    assert (state.saturated, state.dead) == (share, share)


def test_a_relu_unit_below_zero_for_every_row_is_dead():
    network = Network([Dense(4, "relu"), Dense(3, "softmax")], (4,))
    bias = np.array([0, 0, 0, -100], np.float32)
    state = probed(network, weights={"dense_1.bias": bias})["dense_1"]
    assert (state.saturated, state.dead) == (None, 0.25)


@pytest.mark.parametrize("activation", ["identity", "leaky_relu", "prelu", "silu"])
def test_what_is_flat_nowhere_is_never_dead(activation):
    network = Network([Dense(4, activation), Dense(3, "softmax")], (4,))
    state = probed(network, weights=filled(network, **{"dense_1.bias": -100.0}))
    assert (state["dense_1"].saturated, state["dense_1"].dead) == (None, None)


def test_prelu_bends_by_the_slopes_that_it_has_learnt():
    network = Network([Dense(5, "prelu"), Dense(3, "softmax")], (4,))
    straight = Network([Dense(5), Dense(3, "softmax")], (4,))
    arrays = initial_parameters(network, 0)
    weights = arrays | filled(network, **{"dense_1.slope": 1.0})
    same = {name: weights[name] for name in initial_parameters(straight, 0)}
    ours, theirs = probed(network, weights=weights), probed(straight, weights=same)
    assert ours["dense_1"] == theirs["dense_1"]


def test_a_filter_counts_as_a_unit_that_looks_at_many_places():
    layers = [Conv2D(4, 3, "relu"), MaxPool2D(), Flatten(), Dense(3, "softmax")]
    network = Network(layers, (6, 6))
    bias = np.array([0, -100, -100, 0], np.float32)
    part = portion(inputs=36)
    states = probed(network, part, {"conv2d_1.bias": bias})
    assert states["conv2d_1"].dead == 0.5
    assert list(states) == ["conv2d_1", "max_pool2d_1", "dense_1"]


def test_the_signal_passes_a_pool_unweakened():
    layers = [Conv2D(4, 3), MaxPool2D(), Flatten(), Dense(3, "softmax")]
    states = probed(Network(layers, (6, 6)), portion(inputs=36))
    pooled = states["max_pool2d_1"].signal
    assert states["conv2d_1"].signal == pytest.approx(pooled, rel=1e-12)


def test_layers_within_a_residual_are_told_after_it():
    branch = Residual([Dense(4, "relu"), Dense(4)], "relu")
    states = probed(Network([branch, Dense(3, "softmax")], (4,)))
    assert list(states) == [
        "residual_1",
        "residual_1.dense_1",
        "residual_1.dense_2",
        "dense_1",
    ]
    assert states["residual_1"].gradient is None
    assert states["residual_1.dense_1"].gradient > 0


def test_a_residual_gives_its_input_and_its_branch():
    network = Network([Residual([Dense(4)]), Dense(3, "softmax")], (4,))
    part = portion()
    weights = filled(network, **{"residual_1.dense_1.weight": 0.0})
    state = probed(network, part, weights)["residual_1"]
    assert state.deviation == pytest.approx(part.samples.inputs.std(), rel=1e-6)


def test_the_tables_of_an_embedding_are_no_weights():
    network = Network([Embedding(ids=(3,), width=4), Dense(3, "softmax")], (2,))
    ids = np.array([[0, 0.5], [1, -0.5], [2, 0.1]], np.float32)
    part = Portion(
        Samples(ids, np.array([0, 1, 2], np.int32)), np.arange(3, dtype="u4")
    )
    state = probed(network, part)["embedding_1"]
    assert (state.weight, state.gradient) == (None, None)
    assert state.signal > 0


def test_a_batch_norm_takes_the_statistics_of_the_rows():
    network = Network([Dense(5), BatchNorm("identity"), Dense(3, "softmax")], (4,))
    states = probed(network, portion(scale=100.0))
    assert states["dense_1"].deviation > 10
    assert states["batch_norm_1"].deviation == pytest.approx(1.0, rel=1e-4)


@pytest.mark.parametrize("noise", [Dropout(0.5), GaussianNoise(3.0)])
def test_nothing_is_drawn_at_random(noise):
    noisy = Network([Dense(5, "tanh"), noise, Dense(3, "softmax")], (4,))
    assert probed(noisy) == probed()


def test_noise_within_a_residual_is_still_too():
    def network(rate):
        branch = Residual([Dropout(rate), Dense(4)])
        return Network([branch, Dense(3, "softmax")], (4,))

    assert probed(network(0.5)) == probed(network(0.0))


def test_values_as_targets_are_looked_at_alike():
    network = Network([Dense(3, "relu"), Dense(2)], (4,))
    part = portion()
    values = np.zeros((40, 2), np.float32)
    part = part._replace(samples=Samples(part.samples.inputs, values))
    weights = filled(network, **{"dense_2.weight": 0.0, "dense_2.bias": 3.0})
    state = probed(network, part, weights, MSE())["dense_2"]
    # each of two outputs is off by 3, and mse is their mean
    assert state.signal == pytest.approx(np.sqrt(2) * 3)


def test_a_layer_whose_numbers_overflow_is_left_out():
    network = Network([*[Dense(4)] * 9, Dense(1)], (4,))
    arrays = initial_parameters(network, 0)
    weights = {name: np.full_like(arrays[name], 1e38) for name in arrays}
    part = portion()
    values = Samples(part.samples.inputs, np.zeros((40, 1), np.float32))
    states = probed(network, part._replace(samples=values), weights, MSE())
    assert "dense_10" not in states
    assert all(state.is_finite for state in states.values())


def test_of_many_rows_some_are_drawn_from_all_of_them():
    inputs = np.arange(10_000, dtype=np.float32)[:, None] / 10_000
    samples = Samples(inputs, np.zeros((10_000, 1), np.float32))
    part = Portion(samples, np.arange(10_000, dtype=np.uint32))
    network = Network([Dense(1)], (1,))
    weights = filled(network, **{"dense_1.weight": 1.0})
    state = probed(network, part, weights, MSE())["dense_1"]
    error = 1 / np.sqrt(12 * ROWS)
    assert abs(state.mean - 0.5) < 4 * error


def test_the_same_rows_are_looked_at_each_time():
    part = portion(rows=1000)
    assert probed(part=part) == probed(part=part)


def test_through_large_networks_go_few_rows():
    network = Network([Dense(1300), Dense(3, "softmax")], (1300,))
    part = portion(rows=100, inputs=1300)
    assert affordable(network, QUICK) == FEWEST
    assert probed(network, part) == probed(network, part, products=1.0)
    assert probed(network, part) != probed(network, part, products=CAREFUL)


def test_a_state_knows_what_is_not_finite():
    state = LayerState(0.0, 1.0, None, None, 1.0, 1.0, 1.0)
    assert state.is_finite
    broken = (state._replace(**{name: np.nan}) for name in state._fields)
    assert not any(one.is_finite for one in broken)


def test_a_network_stays_as_it_is():
    network = Network([Dropout(0.5), Dense(3, "softmax")], (4,))
    before = dataclasses.replace(network)
    probed(network)
    assert network == before


def test_a_row_of_weight_two_is_two_rows_and_one_of_weight_zero_none():
    part = portion(rows=6)
    own = np.array([2, 1, 0, 1, 0, 3], np.float32)
    weighed = part._replace(samples=part.samples._replace(weights=own))
    repeated = part._replace(rows=np.repeat(part.rows, own.astype(int)))
    given, expected = probed(part=weighed), probed(part=repeated)
    for name, state in given.items():
        assert state.gradient == pytest.approx(expected[name].gradient, rel=1e-9)
        assert state.signal == pytest.approx(expected[name].signal, rel=1e-9)


def test_labels_weigh_what_they_weigh_in_the_training():
    network = Network([Dense(1, "sigmoid")], (4,))
    inputs, targets, _, _ = portion(rows=6, classes=2).samples
    rows = np.arange(6, dtype=np.uint32)
    of_labels = np.array([[3], [3]], np.float32)
    plain_part = Portion(Samples(inputs, targets[:, None].astype(np.float32)), rows)
    heavy = plain_part.samples._replace(label_weights=of_labels)
    loss = BinaryCrossEntropy()
    once = probed(network, plain_part, loss=loss)["dense_1"]
    thrice = probed(network, plain_part._replace(samples=heavy), loss=loss)["dense_1"]
    assert thrice.gradient == pytest.approx(3 * once.gradient, rel=1e-9)
    assert thrice.signal == pytest.approx(3 * once.signal, rel=1e-9)
