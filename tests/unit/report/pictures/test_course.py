import numpy as np
import pytest

from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Adam, Recipe
from ranvier.report.pictures import points
from ranvier.report.pictures.course import follow
from ranvier.training import train

DATA = points("clouds", rows=60)
NETWORK = Network([Dense(4, "tanh"), Dense(3, "softmax")])
RECIPE = Recipe(optimizer=Adam(0.05), epochs=6, test=0, validation=0.2, stopping=None)


def test_a_course_is_the_training_that_train_makes():
    course = follow(NETWORK, DATA, RECIPE, [3], threads=1)
    run = train(NETWORK, DATA, RECIPE, folder=None, threads=1)
    assert [one.loss for one in course.run.history] == [one.loss for one in run.history]
    assert run.best_epoch == 6
    for name, weights in run.parameters.items():
        np.testing.assert_array_equal(course.weights[6][name], weights)


def test_weights_are_kept_before_after_and_where_it_is_asked():
    course = follow(NETWORK, DATA, RECIPE, [3], threads=1)
    assert sorted(course.weights) == [0, 3, 6]
    assert course.broken is None
    losses = [
        course.model(epoch).evaluate(course.parts.train).loss for epoch in (0, 3, 6)
    ]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.filterwarnings("ignore")
def test_a_course_that_diverges_ends_and_says_so():
    wild = Recipe(loss="mse", optimizer=SGD(1e30), epochs=5, test=0, stopping=None)
    network = Network([Dense(4, "relu"), Dense(3)])
    course = follow(network, DATA, wild, [1, 2, 3], threads=1)
    assert "is no finite number" in course.broken
    assert max(course.weights) == len(course.run.history) < 5


def test_a_rate_that_is_to_be_found_is_found():
    recipe = Recipe(optimizer=Adam("auto"), epochs=1, test=0)
    run = follow(NETWORK, DATA, recipe, [], threads=1).run
    assert run.recipe.optimizer.learning_rate > 0
