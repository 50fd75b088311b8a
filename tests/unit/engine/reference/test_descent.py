import dataclasses

import numpy as np
import pytest

from ranvier.engine.reference import ReferenceEngine
from ranvier.engine.reference.descent import Descent
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from tests.support.problems import problem

ENGINE = ReferenceEngine()
NETWORK = Network([Dense(1, bias=False)], (1,))
NAME = "dense_1.weight"


def walked(recipe, gradients, rate=1.0):
    """Return the weights after each step from 0, and the descent."""
    weights, after = {NAME: np.zeros((1, 1))}, []
    descent = Descent(NETWORK, recipe, weights)
    for gradient in gradients:
        weights = descent.step(weights, {NAME: np.full((1, 1), gradient)}, rate)
        after.append(weights[NAME].item())
    return after, descent


def test_an_average_weighs_each_step_by_the_decay_to_its_age():
    recipe = Recipe(optimizer="sgd", average=0.5)
    after, _ = walked(recipe, [-1.0, -1.0, -1.0])
    # the weights themselves are 1, 2 and 3
    expected = [1, (2 + 0.5 * 1) / 1.5, (3 + 0.5 * 2 + 0.25 * 1) / 1.75]
    np.testing.assert_allclose(after, expected, rtol=1e-14)


def test_the_weights_behind_an_average_are_part_of_the_state():
    _, descent = walked(Recipe(optimizer="sgd", average=0.9), [-1.0, -2.0])
    assert descent.state()[f"{NAME}.raw"].item() == 3


def test_gradients_are_taken_at_the_weights_behind_an_average():
    recipe = Recipe(optimizer="sgd", average=0.9)
    _, descent = walked(recipe, [-1.0, -2.0])
    assert descent.place({NAME: np.full((1, 1), 9.0)})[NAME].item() == 3


def test_max_norm_bounds_the_weights_and_so_their_average():
    recipe = Recipe(optimizer="sgd", average=0.9, penalty={"max_norm": 2.0})
    after, descent = walked(recipe, [-1.5, -1.5, -1.5])
    assert descent.state()[f"{NAME}.raw"].item() == 2
    assert after[-1] < 2


def test_without_an_average_the_state_has_no_second_weights():
    assert set(walked(Recipe(optimizer="sgd"), [])[1].state()) == {"steps"}


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_training_behind_an_average_is_the_one_without(optimizer):
    plain = problem(optimizer=optimizer)
    recipe = dataclasses.replace(plain.recipe, average=0.9)
    averaged = plain.with_(recipe=recipe).trained(ENGINE, epochs=3)
    for name, array in plain.trained(ENGINE, epochs=3).parameters().items():
        np.testing.assert_array_equal(averaged.state()[f"{name}.raw"], array)
