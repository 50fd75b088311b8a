import dataclasses

import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.errors import DataError
from ranvier.model import Model
from ranvier.model.importance import MOST_ROWS
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.training import train
from tests.support.learning import RECIPE, network, trained
from tests.support.people import NETWORK, VALUES, shoppers, spenders
from tests.support.people import RECIPE as PEOPLE


def signs(rows: int = 200, columns: int = 3):
    """Return rows of which the first number alone says the class."""
    inputs = np.random.default_rng(0).normal(size=(rows, columns))
    return from_arrays(inputs, np.where(inputs[:, 0] > 0, "up", "down"))


def model_of(data, recipe: Recipe = RECIPE) -> Model:
    recipe = dataclasses.replace(recipe, epochs=15, batch_size=16)
    return Model.from_run(trained(network=network(2), data=data, recipe=recipe))


def test_the_input_that_tells_comes_first_and_the_others_tell_nothing():
    data = signs()
    first, *others = model_of(data).importance(data)
    assert first.name == "column 1"
    assert first.accuracy > 0.3
    assert first.loss > 0.3
    assert {one.name for one in others} == {"column 2", "column 3"}
    assert all(abs(one.accuracy) < 0.1 for one in others)


def test_importances_are_the_same_each_time():
    data = signs()
    model = model_of(data)
    assert model.importance(data) == model.importance(data)


def test_the_data_stay_as_they_are():
    data = signs()
    before = data.inputs.copy()
    model_of(data).importance(data)
    np.testing.assert_array_equal(data.inputs, before)


def test_columns_of_a_table_are_shuffled_as_wholes_by_their_names():
    data = shoppers()
    run = train(NETWORK, data, PEOPLE, engine="reference", folder=None)
    found = Model.from_run(run).importance(data)
    assert sorted(one.name for one in found) == ["age", "day", "member", "town"]


def test_numbers_as_answers_have_no_accuracy():
    data = spenders()
    run = train(VALUES, data, PEOPLE, engine="reference", folder=None)
    found = Model.from_run(run).importance(data)
    assert {one.accuracy for one in found} == {None}


def test_members_are_asked_together():
    data = signs()
    model = model_of(data, dataclasses.replace(RECIPE, members=2))
    assert model.importance(data)[0].name == "column 1"


def test_pictures_have_none():
    data = from_arrays(np.zeros((40, 4, 4), np.uint8), [0, 1] * 20)
    assert model_of(data).importance(data) == []


def test_inputs_too_many_for_a_fraction_of_a_second_have_none():
    data = from_arrays(np.zeros((40, 4000)), [0, 1] * 20)
    network = Network([Dense(64), Dense(2, "softmax")])
    run = train(network, data, Recipe(epochs=1), folder=None)
    assert Model.from_run(run).importance(data) == []


def test_rows_that_weigh_nothing_tell_nothing():
    data = signs()
    assert model_of(data).importance(data.with_weights(np.zeros(len(data)))) == []


def test_of_many_rows_some_are_asked():
    data = signs(rows=MOST_ROWS + 500)
    assert model_of(data.take(range(200))).importance(data)[0].name == "column 1"


@pytest.mark.parametrize("data", [None, np.zeros((3, 3))])
def test_what_is_no_data_is_refused(data):
    with pytest.raises(DataError, match=r"give a Dataset with at least one row"):
        model_of(signs()).importance(data)
