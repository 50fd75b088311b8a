"""Every registered layer runs on every engine, as the reference engine runs it."""

import numpy as np
import pytest

from ranvier.engine.randomness import words
from ranvier.errors import DataError
from ranvier.network import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    GlobalAveragePool,
    LayerNorm,
    MaxPool2D,
    Network,
    Residual,
)
from ranvier.recipe import Recipe
from tests.support.catalogue import NETWORKS, USUAL
from tests.support.matching import (
    assert_answers_match,
    assert_gradients_match,
    assert_training_matches,
)
from tests.support.problems import problem_of
from tests.support.tolerance import assert_all_close, assert_same_bits, reduction_length

every_network = pytest.mark.parametrize("network", NETWORKS)


def setting_of(network, **options):
    """Make a problem of two full batches and a short one."""
    recipe = Recipe(optimizer="momentum", batch_size=8, seed=2**33 + 5)
    return problem_of(network, recipe, rows=20, **options)


@every_network
def test_answers_match(engine, network):
    assert_answers_match(engine, setting_of(network))


@every_network
def test_gradients_match(engine, network):
    assert_gradients_match(engine, setting_of(network))


@every_network
def test_training_matches(engine, network):
    assert_training_matches(engine, setting_of(network))


@every_network
def test_training_of_weighted_rows_matches(engine, network):
    setting = setting_of(network)
    weights = np.random.default_rng(0).integers(0, 5, 20) / 4
    samples = setting.samples._replace(weights=weights.astype(np.float32))
    assert_training_matches(engine, setting.with_(samples=samples))


@every_network
def test_a_reloaded_training_continues_to_the_same_bits(engine, network):
    setting = setting_of(network)
    straight, halfway = setting.trained(engine, epochs=2), setting.trained(engine)
    resumed = setting.program(engine)
    resumed.load_parameters(halfway.parameters())
    resumed.load_state(halfway.state())
    setting.epoch(resumed)
    assert_same_bits(resumed.parameters(), straight.parameters())
    assert_same_bits(resumed.state(), straight.state())


@every_network
def test_any_number_of_threads_gives_the_same_bits(engine, network):
    setting = setting_of(network)
    one, three = (setting.trained(engine, threads=count) for count in (1, 3))
    assert_same_bits(three.parameters(), one.parameters())
    outputs = (
        one.predict(setting.samples.inputs),
        three.predict(setting.samples.inputs),
    )
    np.testing.assert_array_equal(*outputs)


@every_network
def test_asking_changes_nothing(engine, network):
    setting = setting_of(network)
    program = setting.trained(engine)
    parameters, state = program.parameters(), program.state()
    program.evaluate(setting.samples, setting.rows)
    program.gradients(setting.samples, setting.rows)
    program.predict(setting.samples.inputs)
    assert_same_bits(program.parameters(), parameters)
    assert_same_bits(program.state(), state)


def draws_noise(network):
    kinds = {placed.layer.type for placed in network.walk()}
    return not kinds.isdisjoint({"dropout", "gaussian_noise"})


@pytest.mark.parametrize(
    "network", [one for one in NETWORKS if not draws_noise(one.values[0])]
)
def test_weight_2_is_the_row_twice_and_weight_0_the_row_absent(engine, network):
    setting = setting_of(network)
    weights = np.arange(20) % 3
    samples = setting.samples._replace(weights=weights.astype(np.float32))
    repeated = np.repeat(setting.rows, weights[setting.rows]).astype(np.uint32)
    program = setting.program(engine)
    length = reduction_length(network, len(repeated))
    assert_all_close(
        program.gradients(samples, setting.rows),
        program.gradients(setting.samples, repeated),
        length,
    )


@pytest.mark.parametrize("row", [0, 3])
def test_noise_is_that_of_the_place_in_the_batch(engine, row):
    """Rows of weight 0 take their draws with them."""
    setting = setting_of(Network([Dropout(0.5), Dense(3, "softmax")], 40))
    samples = setting.samples._replace(weights=np.eye(20, dtype=np.float32)[row])
    rows = np.arange(8, dtype=np.uint32)
    gradient = setting.program(engine).gradients(samples, rows)["dense_1.weight"]
    kept = words(setting.recipe.seed, 1, 0, 8, 40)[row] >= 2**31
    np.testing.assert_array_equal(gradient.any(axis=1), kept)


def test_each_step_draws_anew(engine):
    setting = setting_of(Network([Dropout(0.5), Dense(3, "softmax")], 40))
    program = setting.program(engine)
    before = program.gradients(setting.samples, setting.rows[:1])["dense_1.weight"]
    setting.epoch(program)
    after = program.gradients(setting.samples, setting.rows[:1])["dense_1.weight"]
    for steps, gradient in ((0, before), (setting.steps, after)):
        kept = words(setting.recipe.seed, 1, steps, 1, 40)[0] >= 2**31
        np.testing.assert_array_equal(gradient.any(axis=1), kept)


def test_running_statistics_change_while_it_learns_alone(engine):
    setting = setting_of(Network([BatchNorm(), Dense(3, "softmax")], 6))
    program = setting.program(engine)
    setting.epoch(program)
    for name in ("batch_norm_1.running_mean", "batch_norm_1.running_variance"):
        assert (program.parameters()[name] != setting.parameters[name]).all()
        assert f"{name}.velocity" not in program.state()


def test_an_id_without_a_row_is_refused(engine):
    setting = setting_of(Network([Embedding((5, 3)), Dense(3, "softmax")], 4))
    program = setting.program(engine)
    setting.samples.inputs[7, 1] = 3
    for ask in (setting.epoch, lambda one: one.predict(setting.samples.inputs)):
        with pytest.raises(DataError, match=r"row 7 has 3 in column 1, .* of 3;"):
            ask(program)


def test_a_row_of_weight_0_may_hold_any_id(engine):
    setting = setting_of(Network([Embedding((5, 3)), Dense(3, "softmax")], 4))
    weights = np.ones(20, np.float32)
    weights[7], setting.samples.inputs[7, 1] = 0, 10**9
    samples = setting.samples._replace(weights=weights)
    program = setting.program(engine)
    setting.with_(samples=samples).epoch(program)
    assert all(np.isfinite(array).all() for array in program.parameters().values())


every_kind = pytest.mark.parametrize("network", USUAL)


@every_kind
def test_nan_in_an_input_is_found_in_the_same_layer(engine, reference, network):
    setting = setting_of(network).with_(rows=np.arange(20, dtype=np.uint32))
    numbers = np.delete(np.arange(setting.samples.inputs.shape[1]), network.id_columns)
    setting.samples.inputs[13, numbers] = np.nan
    failure, expected = (
        setting.epoch(setting.program(one)).failure for one in (engine, reference)
    )
    assert failure == expected
    assert failure.step == 1


@every_kind
def test_one_answer_does_not_depend_on_the_others(engine, network):
    setting = setting_of(network)
    program, inputs = setting.trained(engine), setting.samples.inputs
    together = program.predict(inputs)
    np.testing.assert_array_equal(program.predict(inputs[7:8]), together[7:8])
    assert program.predict(inputs[:0]).shape == (0, 3)


WIDE = (1, 7, 15, 16, 17, 33)


@pytest.mark.parametrize("filters", WIDE)
@pytest.mark.parametrize("channels", WIDE)
def test_images_of_any_width_train_alike(engine, channels, filters):
    layers = [
        *(Conv2D(channels, 3, "tanh"), MaxPool2D(padding="same")),
        *(Conv2D(filters, (2, 3), stride=(1, 2), bias=False), BatchNorm("tanh")),
        *(Flatten(), Dense(3, "softmax")),
    ]
    network = Network(layers, (7, 6, 2))
    assert_training_matches(engine, setting_of(network))


@pytest.mark.parametrize("shape", [(4, 4), (5, 8), (9, 7)])
@pytest.mark.parametrize(("channels", "filters"), [(8, 16), (13, 33), (33, 8)])
def test_deep_images_train_alike(engine, channels, filters, shape):
    layers = [
        *(Conv2D(channels, 1, "tanh"), Conv2D(filters, 3, "tanh", padding="valid")),
        *(Conv2D(channels, 3, bias=False), BatchNorm("tanh")),
        *(Conv2D(filters, 3, "silu"), GlobalAveragePool(), Dense(3, "softmax")),
    ]
    height, width = (side + 2 for side in shape)
    assert_training_matches(engine, setting_of(Network(layers, (height, width, 2))))


@pytest.mark.parametrize("units", [*WIDE, 65, 129])
def test_rows_of_any_width_train_alike(engine, units):
    layers = [
        *(Embedding((9, 5), (units, 3)), Dropout(0.3), LayerNorm("tanh")),
        *(Residual([Dense(units + 6, "prelu"), GaussianNoise()]), BatchNorm()),
        Dense(3, "softmax"),
    ]
    assert_training_matches(engine, setting_of(Network(layers, 5)))


@pytest.mark.parametrize("batch", [1, 2, 7, 16, 33])
def test_batches_of_any_size_train_alike(engine, batch):
    layers = [
        *(Conv2D(5, 3, "tanh"), BatchNorm("tanh"), MaxPool2D(), Dropout(0.3)),
        *(Residual([Conv2D(5, 3, "tanh")]), GlobalAveragePool(), Dense(3, "softmax")),
    ]
    recipe = Recipe(batch_size=batch, seed=5)
    setting = problem_of(Network(layers, (6, 5)), recipe, rows=5 * batch // 2 + 1)
    assert_training_matches(engine, setting)
