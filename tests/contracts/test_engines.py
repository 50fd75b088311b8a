"""Each engine computes what the reference engine does, at every size and setting."""

import numpy as np
import pytest

from ranvier.engine.contract import STATISTICS_EVERY, Samples
from ranvier.network import ACTIVATIONS, Dense, LeakyReLU, Network
from ranvier.recipe import LOSSES, OPTIMIZERS, Recipe
from tests.support.matching import (
    assert_answers_match,
    assert_gradients_match,
    assert_training_matches,
    steady,
)
from tests.support.pairs import OUTPUTS, SUITED
from tests.support.problems import problem

SIZES = (1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129)

every_size = pytest.mark.parametrize(
    "sizes",
    [
        pytest.param({dimension: size}, id=f"{dimension}={size}")
        for dimension in ("inputs", "units", "outputs", "batch")
        for size in SIZES
    ],
)
every_output = pytest.mark.parametrize(("output", "loss"), OUTPUTS)
any_output = pytest.mark.parametrize(("output", "loss"), SUITED)
every_hidden = pytest.mark.parametrize("hidden", ACTIVATIONS)
any_hidden = pytest.mark.parametrize("hidden", ["tanh", "relu", "gelu"])
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)
every_input = pytest.mark.parametrize("pixels", [0, 1], ids=["float32", "uint8"])
every_target = pytest.mark.parametrize("values", [0, 1], ids=["classes", "values"])
large = pytest.mark.parametrize(
    "sizes",
    [
        {"inputs": 784, "units": 15, "outputs": 10, "batch": 10},
        {"inputs": 130, "units": 97, "outputs": 35, "batch": 67},
        {"inputs": 33, "units": 260, "outputs": 129, "batch": 129},
    ],
    ids=lambda sizes: "-".join(map(str, sizes.values())),
)


def sized(sizes, **options):
    """Make a problem with awkward sizes, two full batches and a short one."""
    output = "sigmoid" if sizes.get("outputs") == 1 else "softmax"
    batch = sizes.get("batch", 6)
    rows = 2 * batch + (batch + 1) // 2
    return problem(**{"rows": rows, "output": output, **sizes, **options})


@every_input
@every_size
def test_answers_match_at_every_size(engine, sizes, pixels):
    assert_answers_match(engine, sized(sizes, pixels=pixels))


@every_input
@every_size
def test_gradients_match_at_every_size(engine, sizes, pixels):
    assert_gradients_match(engine, sized(sizes, pixels=pixels))


@every_optimizer
@every_size
def test_training_matches_at_every_size(engine, sizes, optimizer):
    setting = sized(sizes)
    assert_training_matches(engine, setting.with_optimizer(steady(optimizer, setting)))


@every_input
@every_optimizer
@large
def test_training_matches_at_large_sizes(engine, sizes, optimizer, pixels):
    setting = sized(sizes, pixels=pixels)
    assert_training_matches(engine, setting.with_optimizer(steady(optimizer, setting)))


@every_target
@every_output
@any_hidden
def test_answers_match_for_every_output(engine, hidden, output, loss, values):
    setting = problem(hidden=hidden, output=output, loss=loss, values=values)
    assert_answers_match(engine, setting)


@every_target
@every_output
@any_hidden
def test_gradients_match_for_every_output(engine, hidden, output, loss, values):
    setting = problem(hidden=hidden, output=output, loss=loss, values=values)
    assert_gradients_match(engine, setting)


@every_optimizer
@any_output
def test_training_matches_for_every_optimizer(engine, output, loss, optimizer):
    setting = problem(output=output, loss=loss)
    assert_training_matches(engine, setting.with_optimizer(steady(optimizer, setting)))


@every_target
@every_output
def test_training_matches_for_every_output(engine, output, loss, values):
    setting = problem(output=output, loss=loss, values=values, optimizer="momentum")
    assert_training_matches(engine, setting)


OPTIONS = [
    pytest.param("identity", {"type": "huber", "delta": 0.3}, id="huber"),
    pytest.param("softmax", {"type": "cross_entropy", "label_smoothing": 0.2}, id="ce"),
    pytest.param(
        "sigmoid", {"type": "binary_cross_entropy", "label_smoothing": 0.2}, id="bce"
    ),
    pytest.param("softmax", {"type": "focal", "gamma": 0.0}, id="focal-0"),
    pytest.param("softmax", {"type": "focal", "gamma": 0.5}, id="focal-half"),
    pytest.param("softmax", {"type": "focal", "gamma": 5.0}, id="focal-5"),
    pytest.param("identity", {"type": "quantile", "quantile": 0.1}, id="quantile"),
]


@every_target
@pytest.mark.parametrize(("output", "loss"), OPTIONS)
def test_training_matches_for_the_options_of_losses(engine, output, loss, values):
    setting = problem(output=output, loss=loss, values=values)
    assert_training_matches(engine, setting)


@every_optimizer
@every_hidden
def test_training_matches_for_every_hidden_layer(engine, hidden, optimizer):
    setting = problem(hidden=hidden)
    assert_training_matches(engine, setting.with_optimizer(steady(optimizer, setting)))


@every_hidden
@pytest.mark.parametrize("units", [15, 16, 17, 129])
def test_gradients_match_for_every_hidden_layer(engine, hidden, units):
    assert_gradients_match(engine, problem(hidden=hidden, units=units))


@any_output
@pytest.mark.parametrize("slope", [0.0, 0.2, 1.5])
def test_training_with_a_described_slope_matches(engine, slope, output, loss):
    setting = problem(hidden=LeakyReLU(slope), output=output, loss=loss)
    assert_training_matches(engine, setting)


@pytest.mark.parametrize("slope", [0.0, 0.2, 1.5])
def test_training_of_an_output_with_a_described_slope_matches(engine, slope):
    assert_training_matches(engine, problem(output=LeakyReLU(slope), loss="mse"))


@every_optimizer
def test_training_with_default_options_matches(engine, optimizer):
    setting = problem(units=None, inputs=2, outputs=2, output="identity", seed=3)
    gradients = setting.program(engine).gradients(setting.samples, setting.rows)
    sizes = np.abs(np.concatenate([array.ravel() for array in gradients.values()]))
    assert sizes.min() > sizes.max() / 10, "no gradient may be almost zero here"
    # lbfgs is at the bottom soon, where gradients are roundings
    epochs = 2 if optimizer == "lbfgs" else 5
    assert_training_matches(engine, setting.with_optimizer(optimizer), epochs)


@every_input
@every_target
@every_output
def test_training_without_hidden_layers_matches(engine, output, loss, values, pixels):
    setting = problem(
        units=None, output=output, loss=loss, values=values, pixels=pixels
    )
    assert_training_matches(engine, setting)


@every_optimizer
def test_training_without_biases_matches(engine, optimizer):
    setting = problem(bias=False)
    assert_training_matches(engine, setting.with_optimizer(steady(optimizer, setting)))


@pytest.mark.parametrize(
    ("output", "loss"),
    [one for one in OUTPUTS if not LOSSES[one.values[1]].is_of_classes],
)
@every_target
def test_training_of_a_single_output_matches(engine, output, loss, values):
    setting = problem(outputs=1, output=output, loss=loss, values=values)
    assert_training_matches(engine, setting)


@every_hidden
def test_training_of_four_layers_matches(engine, hidden):
    layers = [
        Dense(9, hidden),
        Dense(17, hidden),
        Dense(5, hidden),
        Dense(4, "softmax"),
    ]
    assert_training_matches(engine, problem().of_network(Network(layers, (10,))))


BOUNDS = [
    {"penalty": {"l1": 0.1}},
    {"penalty": {"l2": 0.1}},
    {"penalty": {"max_norm": 0.5}},
    {"clip": {"value": 0.01}},
    {"clip": {"norm": 0.05}},
    {"clip": {"global_norm": 0.05}},
    {"clip": {"norm": 1e6, "global_norm": 1e6}},
    {
        "penalty": {"l1": 0.01, "l2": 0.1, "max_norm": 0.7},
        "clip": {"value": 0.05, "norm": 0.1, "global_norm": 0.12},
    },
]


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_training_with_penalties_and_clipping_matches(engine, bounds, optimizer):
    setting = problem(inputs=33, units=17, rows=40)
    setting = setting.with_optimizer(steady(optimizer, setting))
    recipe = Recipe.from_dict(setting.recipe.to_dict() | bounds)
    assert_training_matches(engine, setting.with_(recipe=recipe))


def test_training_on_an_image_shape_matches(engine):
    layers = [Dense(7, "relu"), Dense(4, "softmax")]
    setting = problem(inputs=12, pixels=True)
    assert_training_matches(engine, setting.of_network(Network(layers, (2, 2, 3))))


def test_training_on_repeated_rows_matches(engine):
    rows = np.array([3, 3, 0, 19, 3, 0, 7], np.uint32)
    assert_training_matches(engine, problem().with_(rows=rows))


def test_training_on_one_batch_larger_than_the_rows_matches(engine):
    assert_training_matches(engine, problem(rows=5, batch=64), epochs=3)


def test_gradient_norms_are_the_mean_over_every_sampled_step(engine):
    setting = problem(rows=2 * STATISTICS_EVERY + 3, batch=1)
    assert_training_matches(engine, setting, epochs=1)


def test_a_changing_learning_rate_is_followed(engine):
    setting = problem()
    rates = np.linspace(0.3, 0, setting.steps)
    assert_training_matches(engine, setting.with_(rate=rates))


def test_accuracy_counts_the_first_of_equal_outputs(engine):
    setting = problem(units=None, outputs=3, output="relu", rows=4)
    zeros = {name: np.zeros_like(one) for name, one in setting.parameters.items()}
    samples = Samples(setting.samples.inputs, np.array([0, 0, 1, 2], np.int32))
    program = setting.with_(parameters=zeros).program(engine)
    assert program.evaluate(samples, setting.rows).accuracy == 0.5


def test_accuracy_of_a_single_output_asks_for_more_than_a_half(engine):
    setting = problem(units=None, outputs=1, output="sigmoid", rows=4)
    zeros = {name: np.zeros_like(one) for name, one in setting.parameters.items()}
    samples = Samples(setting.samples.inputs, np.array([0, 0, 0, 1], np.int32))
    program = setting.with_(parameters=zeros).program(engine)
    assert program.evaluate(samples, setting.rows).accuracy == 0.75
