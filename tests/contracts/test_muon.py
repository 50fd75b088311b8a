"""Muon steps hidden matrices of any shape alike in every engine."""

import dataclasses

import numpy as np
import pytest

from ranvier.engine.parameters import hidden_matrices
from ranvier.network import Conv2D, Dense, Flatten, Network, Residual
from ranvier.recipe import Muon, Recipe
from tests.support.matching import assert_training_matches, steady
from tests.support.problems import problem
from tests.support.tolerance import assert_same_bits

SIZES = (1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65)


def deep(*units, inputs=10, **options):
    """Make a problem with hidden layers of these units, and Muon to learn them."""
    layers = [*(Dense(size, "tanh") for size in units), Dense(4, "softmax")]
    return of(Network(layers, (inputs,)), **options)


def of(network, scale="original", **options):
    setting = problem(inputs=np.prod(network.input_shape), rows=40, batch=16, **options)
    setting = setting.of_network(network)
    assert hidden_matrices(network)
    muon = dataclasses.replace(steady("muon", setting), scale=scale)
    # a gradient of few rows has directions without length, which rounding fills
    return setting.with_optimizer(muon).with_(rate=0.01)


@pytest.mark.parametrize("size", SIZES)
def test_tall_matrices_match(engine, size):
    assert_training_matches(engine, deep(70, size))


@pytest.mark.parametrize("size", SIZES)
def test_wide_matrices_match(engine, size):
    assert_training_matches(engine, deep(size, 70))


@pytest.mark.parametrize("scale", ["original", "match_rms_adamw"])
def test_several_matrices_match_with_either_scale(engine, scale):
    assert_training_matches(engine, deep(33, 20, 47, 20, scale=scale))


@pytest.mark.parametrize("groups", [1, 2, 6])
def test_kernels_match(engine, groups):
    layers = [Conv2D(6), Conv2D(12, 3, "relu", groups=groups), Flatten()]
    layers.append(Dense(4, "softmax"))
    assert_training_matches(engine, of(Network(layers, (5, 5, 2))))


def test_matrices_inside_a_residual_match(engine):
    layers = [Dense(9), Residual([Dense(17, "tanh"), Dense(9)]), Dense(4, "softmax")]
    setting = of(Network(layers, (10,)))
    names = ["residual_1.dense_1.weight", "residual_1.dense_2.weight"]
    assert hidden_matrices(setting.network) == names
    assert_training_matches(engine, setting)


@pytest.mark.parametrize(
    "options",
    [
        {"average": 0.9},
        {"penalty": {"l2": 0.1, "max_norm": 0.7}},
        {"penalty": {"max_norm": 0.7}, "average": 0.9},
        {"clip": {"global_norm": 0.05}},
    ],
    ids=str,
)
def test_averages_and_bounds_match(engine, options):
    setting = deep(33, 20)
    recipe = Recipe.from_dict(setting.recipe.to_dict() | options)
    assert_training_matches(engine, setting.with_(recipe=recipe))


@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bits(engine, threads):
    setting = deep(300, 129, inputs=784)
    ours, alone = (setting.trained(engine, threads=n) for n in (threads, 1))
    assert_same_bits(ours.parameters(), alone.parameters())
    assert_same_bits(ours.state(), alone.state())


def test_a_training_continues_to_the_same_bits(engine):
    setting = deep(33, 20)
    straight, halfway = (setting.trained(engine, epochs=n) for n in (3, 1))
    resumed = setting.program(engine)
    resumed.load_parameters(halfway.parameters())
    resumed.load_state(halfway.state())
    for _ in range(2):
        setting.epoch(resumed)
    assert_same_bits(resumed.parameters(), straight.parameters())
    assert_same_bits(resumed.state(), straight.state())


def test_a_hidden_matrix_has_a_mean_alone(engine):
    state = deep(9, 8).program(engine).state()
    assert {name.rpartition(".")[2] for name in state if "dense_2.weight" in name} == {
        "mean"
    }
    assert "dense_2.bias.square" in state


def test_a_gradient_of_zero_moves_nothing(engine):
    setting = deep(9, 8).with_optimizer(Muon(weight_decay=0.0))
    zeros = {name: np.zeros_like(one) for name, one in setting.parameters.items()}
    program = setting.with_(parameters=zeros).trained(engine)
    assert not program.parameters()["dense_2.weight"].any()
