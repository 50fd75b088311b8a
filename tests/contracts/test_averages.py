"""With an average, it is judged and shipped, while the weights behind it learn on."""

import dataclasses

import numpy as np
import pytest

from ranvier.engine.contract import Decode
from ranvier.network import BatchNorm, Dense, Embedding, Network, Residual
from ranvier.recipe import OPTIMIZERS, Recipe
from tests.support.matching import assert_training_matches, steady
from tests.support.problems import problem
from tests.support.tolerance import (
    assert_all_close,
    assert_close,
    assert_number_close,
    assert_same_bits,
    reduction_length,
)

ROWS = 20
every_optimizer = pytest.mark.parametrize(
    "optimizer", [name for name in OPTIMIZERS if name != "lbfgs"]
)


def averaged(setting, decay=0.9, **options):
    table = setting.recipe.to_dict() | {"average": decay} | options
    return setting.with_(recipe=Recipe.from_dict(table))


@every_optimizer
def test_averages_match_for_every_optimizer(engine, optimizer):
    setting = problem(inputs=33, units=17)
    setting = setting.with_optimizer(steady(optimizer, setting))
    assert_training_matches(engine, averaged(setting))


@pytest.mark.parametrize("decay", [0.5, 0.99, 0.9999])
def test_averages_match_for_every_decay(engine, decay):
    assert_training_matches(engine, averaged(problem(optimizer="momentum"), decay))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_averages_of_columns_that_are_zero_match(engine, optimizer):
    setting = problem(inputs=130, pixels=True, optimizer=optimizer)
    setting.samples.inputs[:, ::3] = 0
    decode = setting.decode._replace(shift=np.zeros(130, np.float32))
    assert_training_matches(engine, averaged(setting.with_(decode=decode)))


@pytest.mark.parametrize(
    "bounds",
    [
        {"penalty": {"max_norm": 0.5}},
        {"penalty": {"l1": 0.01, "l2": 0.1, "max_norm": 0.7}},
        {"clip": {"global_norm": 0.05}},
    ],
    ids=str,
)
def test_averages_of_bounded_weights_match(engine, bounds):
    setting = problem(inputs=33, units=17, rows=40, optimizer="momentum")
    assert_training_matches(engine, averaged(setting, **bounds))


@every_optimizer
def test_an_averaged_training_continues_to_the_same_bits(engine, optimizer):
    setting = averaged(problem(optimizer=optimizer))
    straight, halfway = (setting.trained(engine, epochs=n) for n in (3, 1))
    resumed = setting.program(engine)
    resumed.load_parameters(halfway.parameters())
    resumed.load_state(halfway.state())
    for _ in range(2):
        setting.epoch(resumed)
    assert_same_bits(resumed.parameters(), straight.parameters())
    assert_same_bits(resumed.state(), straight.state())


@every_optimizer
def test_an_average_does_not_change_the_training_behind_it(engine, optimizer):
    plain = problem(optimizer=optimizer)
    shown = plain.trained(engine, epochs=2).parameters()
    state = averaged(plain).trained(engine, epochs=2).state()
    assert_same_bits({name: state[f"{name}.raw"] for name in shown}, shown)


def test_the_average_is_what_is_judged(engine):
    setting = averaged(problem(optimizer="adam"))
    program = setting.trained(engine, epochs=2)
    recipe = dataclasses.replace(setting.recipe, average=None)
    shipped = setting.with_(parameters=program.parameters(), recipe=recipe)
    other, length = shipped.program(engine), reduction_length(setting.network, ROWS)
    inputs = setting.samples.inputs
    assert_close(program.predict(inputs), other.predict(inputs), length)
    arguments = (setting.samples, setting.rows)
    loss = other.evaluate(*arguments).loss
    assert_number_close(program.evaluate(*arguments).loss, loss, length)
    gradients = other.gradients(*arguments)
    assert_all_close(program.gradients(*arguments), gradients, length)


def test_an_average_of_one_step_is_where_it_led(engine):
    setting = problem(rows=5, batch=5)
    one = averaged(setting, 0.999).trained(engine).parameters()
    for name, array in setting.trained(engine).parameters().items():
        # the share of the first step, 0.001 / (1 - 0.999), is rounded
        np.testing.assert_allclose(one[name], array, rtol=1e-6, atol=1e-7)


def test_any_number_of_threads_gives_the_same_averages(engine):
    setting = averaged(problem(inputs=784, units=300, rows=256, batch=128))
    assert_same_bits(
        setting.trained(engine, threads=3).parameters(),
        setting.trained(engine, threads=1).parameters(),
    )


def test_running_statistics_are_not_averaged(engine):
    layers = [Dense(9), BatchNorm("relu"), Residual([Dense(9)]), Dense(4, "softmax")]
    plain = problem().of_network(Network(layers, (10,)))
    state = averaged(plain).trained(engine).state()
    assert "batch_norm_1.scale.raw" in state
    assert "batch_norm_1.running_mean.raw" not in state
    shown, running = (
        one.trained(engine, epochs=2).parameters() for one in (plain, averaged(plain))
    )
    for name in ("running_mean", "running_variance"):
        array = f"batch_norm_1.{name}"
        np.testing.assert_array_equal(shown[array], running[array])


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_averages_of_embeddings_match(engine, optimizer):
    setting = problem(inputs=4, optimizer=optimizer)
    layers = [Embedding((5, 7), width=3), Dense(4, "softmax")]
    setting.samples.inputs[:, :2] = np.arange(40).reshape(20, 2) % 5
    still = Decode(np.ones(4, np.float32), np.zeros(4, np.float32))
    setting = setting.with_(decode=still).of_network(Network(layers, (4,)))
    assert_training_matches(engine, averaged(setting))
