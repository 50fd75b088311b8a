from dataclasses import replace

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from ranvier.data import from_arrays, from_frame
from ranvier.errors import DataError, DescriptionError
from ranvier.model import Model
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.training import resume, train
from ranvier.training.weighting import (
    check_class_weight,
    label_weights,
    row_weights,
)
from tests.support.learning import RECIPE, blobs, network, slopes, trained
from tests.support.people import HABITS, habits

DATA = from_arrays(np.arange(6.0)[:, None], np.array(list("aabbbc")))
WEIGHTS = [{"a": 2.0, "b": 0.5}, [["a", 2.0], ["b", 0.5]], (("a", 2.0), ("b", 0.5))]


@pytest.mark.parametrize("given", WEIGHTS)
def test_classes_weigh_what_is_given_and_others_one(given):
    weights = row_weights(DATA, Recipe(class_weight=given))
    assert weights.dtype == np.float32
    assert weights.tolist() == [2, 2, 0.5, 0.5, 0.5, 1]


def test_balanced_weights_are_those_of_scikit_learn():
    rows = np.array([0, 2, 3, 4, 5], np.uint32)
    part = DATA.take(rows)
    classes = part.memory_targets[rows]
    expected = compute_class_weight("balanced", classes=np.unique(classes), y=classes)
    weights = row_weights(part, Recipe(class_weight="balanced"))
    np.testing.assert_allclose(weights[rows], expected[classes], rtol=1e-7)


def test_balanced_weights_count_rows_as_the_data_weigh_them():
    weighted = DATA.with_weights([1, 3, 0.5, 0.5, 0, 0])
    weights = row_weights(weighted, Recipe(class_weight="balanced"))
    of_classes = np.bincount(DATA.targets, weights)
    np.testing.assert_allclose(of_classes, [2.5, 2.5, 0])


def test_without_class_weights_no_row_has_one():
    assert row_weights(DATA, Recipe()) is None


@pytest.mark.parametrize("given", [*WEIGHTS, "balanced", {0: 1.5}])
def test_recipes_with_class_weights_survive_json_toml_and_hashing(given):
    recipe = Recipe(class_weight=given)
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_toml(recipe.to_toml()) == recipe
    assert hash(recipe) == hash(Recipe(class_weight=given))


def test_class_numbers_are_taken_as_names():
    assert Recipe(class_weight={3: 2.0}) == Recipe(class_weight={"3": 2.0})


def test_a_class_of_weight_0_is_not_learnt():
    recipe = replace(RECIPE, class_weight={"c": 0.0}, epochs=30)
    run = trained(recipe=recipe)
    bias = run.parameters["dense_2.bias"]
    assert bias[2] < min(bias[:2]) - 0.05, "nothing but steps away from c"


def test_class_weights_change_what_is_learnt_and_not_how_it_is_judged():
    plain, weighted = trained(), trained(recipe=replace(RECIPE, class_weight={"a": 9}))
    assert plain.history[0].loss != weighted.history[0].loss
    again = trained(recipe=replace(RECIPE, class_weight={"a": 1, "b": 1, "c": 1}))
    assert again.history[-1].val_loss == plain.history[-1].val_loss


def test_a_run_with_class_weights_goes_on_to_the_same_bits(tmp_path):
    recipe = replace(RECIPE, class_weight="balanced")
    trained(tmp_path / "run", recipe=replace(recipe, epochs=2))
    resumed = resume(tmp_path / "run", blobs(), epochs=RECIPE.epochs)
    np.testing.assert_equal(resumed.parameters, trained(recipe=recipe).parameters)


def test_a_class_that_is_none_is_refused():
    with pytest.raises(
        DescriptionError,
        match=r"class_weight names 'd', which is no class of data; .*known: a, b, c\.",
    ):
        check_class_weight(
            Recipe(class_weight={"d": 1.0}), DATA.schema, "cross_entropy"
        )


def test_numbers_have_no_class_weights():
    recipe = replace(RECIPE, class_weight="balanced")
    with pytest.raises(
        DescriptionError, match="numbers as targets and no classes; leave class_weight"
    ):
        trained(data=slopes(), network=network(2, "identity"), recipe=recipe)


SIDES = np.array([0, 1])
FILMS = from_arrays(
    np.arange(5.0)[:, None],
    np.array([[1, 0], [0, 0], [0, 1], [0, 0], [1, 1]]),
    task="labels",
    classes=["funny", "long"],
)


def test_yes_of_a_label_weighs_what_is_given_and_all_else_one():
    recipe = Recipe(class_weight={"long": 3.0})
    assert label_weights(FILMS, recipe).tolist() == [[1, 1], [1, 3]]
    assert label_weights(FILMS, recipe).dtype == np.float32
    assert row_weights(FILMS, recipe) is None


def test_balanced_labels_are_each_two_balanced_classes():
    weights = label_weights(FILMS.take([0, 1, 2, 3]), Recipe(class_weight="balanced"))
    for label, answers in enumerate(FILMS.targets[:4].T.astype(int)):
        expected = compute_class_weight("balanced", classes=SIDES, y=answers)
        np.testing.assert_allclose(weights[:, label], expected, rtol=1e-7)


def test_balanced_labels_count_rows_as_the_data_weigh_them():
    weighted = FILMS.with_weights([3, 1, 1, 1, 0])
    weights = label_weights(weighted, Recipe(class_weight="balanced"))
    np.testing.assert_allclose(weights[:, 0], [1, 1])
    np.testing.assert_allclose(weights[:, 1], [6 / 10, 6 / 2])


def test_a_label_of_one_answer_alone_weighs_one():
    part = FILMS.take([0, 4])
    weights = label_weights(part, Recipe(class_weight="balanced"))
    assert weights[:, 0].tolist() == [1, 1]


@pytest.mark.parametrize("given", [None, "balanced"])
def test_classes_have_no_weights_of_labels(given):
    assert label_weights(DATA, Recipe(class_weight=given)) is None
    assert label_weights(FILMS, Recipe()) is None


def test_weights_of_labels_that_the_data_lack_are_refused():
    with pytest.raises(
        DescriptionError,
        match=r"names 'lang', which is no label of .*did you mean .lo",
    ):
        check_class_weight(
            Recipe(class_weight={"lang": 2.0}), FILMS.schema, "binary_cross_entropy"
        )


def test_labels_are_weighed_in_one_loss_alone():
    with pytest.raises(
        DescriptionError, match="in binary_cross_entropy, and the loss is mse; leave"
    ):
        check_class_weight(Recipe(class_weight="balanced"), FILMS.schema, "mse")


def test_yes_is_said_more_often_where_it_weighs_more():
    data = from_frame(habits(), HABITS)
    said = []
    for given in (None, {"bought": 20.0}):
        recipe = Recipe(epochs=10, batch_size=16, optimizer="adam", class_weight=given)
        network = Network([Dense(8, "silu"), Dense(3, "sigmoid")])
        run = train(network, data, recipe, folder=None)
        said.append(Model.from_run(run).predict(habits()).mean(axis=0))
    plain, weighed = said
    assert weighed[0] > plain[0] + 0.1


@pytest.mark.parametrize(
    "given", ["balance", 5, {"a": -1.0}, {"a": "x"}, {"a": float("nan")}, [["a"]]]
)
def test_class_weights_that_mean_nothing_are_refused(given):
    with pytest.raises(
        DescriptionError,
        match='class_weight must be "balanced", or zero or a positive number for each',
    ):
        Recipe(class_weight=given)


def test_rows_of_the_data_weigh_what_the_data_say():
    weighted = DATA.with_weights([1, 2, 0, 1, 0.5, 3])
    assert row_weights(weighted, Recipe()).tolist() == [1, 2, 0, 1, 0.5, 3]
    both = row_weights(weighted, Recipe(class_weight={"a": 4.0}))
    assert both.tolist() == [4, 8, 0, 1, 0.5, 3]


def test_a_training_counts_rows_as_the_data_weigh_them(tmp_path):
    data = blobs()
    weights = np.ones(len(data))
    weights[::3] = 2
    recipe = replace(RECIPE, validation=0.3, test=0)
    run = train(network(), data.with_weights(weights), recipe, folder=tmp_path / "run")
    plain = train(network(), data, recipe, folder=None)
    assert run.history[0].loss != plain.history[0].loss
    judged = data.with_weights(weights).take(run.rows.validation)
    loss = Model.from_run(run).evaluate(judged).loss
    np.testing.assert_allclose(
        loss, run.history[run.best_epoch - 1].val_loss, rtol=1e-5
    )
    assert loss != Model.from_run(run).evaluate(data.take(run.rows.validation)).loss
    with pytest.raises(DataError, match="not of the data that the run was trained on"):
        resume(tmp_path / "run", data, epochs=recipe.epochs + 1)
