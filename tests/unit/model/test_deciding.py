"""The threshold of a model: asked for, chosen, kept, and answered by."""

from dataclasses import replace

import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.errors import DataError, DescriptionError, FileError
from ranvier.model import Model
from ranvier.model.baselines import baselines
from ranvier.model.file import read_model, sealed
from ranvier.model.threshold import THRESHOLDS, choose_threshold, settled
from ranvier.model.unseen import unseen
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.recipe.deciding import CHOSEN_BY
from ranvier.training import train
from ranvier.training.tensors import unpack_tensors
from tests.support.learning import RECIPE, blobs, network, slopes, trained


def rare(rows=400, seed=0):
    """Return rows of which one in eight is of the second class, not told apart well."""
    random = np.random.default_rng(seed)
    is_ill = random.uniform(size=rows) < 0.125
    inputs = random.normal(size=(rows, 2)) + is_ill[:, None]
    return from_arrays(inputs, np.where(is_ill, "ill", "well"), classes=["well", "ill"])


ENDINGS = [Dense(2, "softmax"), Dense(1, "sigmoid")]
TWO = Recipe(optimizer="lbfgs", epochs=5, members=2)


@pytest.fixture(scope="module", params=ENDINGS, ids=str)
def model(request):
    recipe = Recipe(optimizer="lbfgs", epochs=20, threshold="f1")
    return Model.unsettled(train(Network([request.param]), rare(), recipe, folder=None))


def test_what_a_recipe_can_ask_for_are_the_ways_to_choose():
    assert tuple(THRESHOLDS) == CHOSEN_BY


def test_without_a_threshold_the_more_probable_class_is_answered(model):
    inputs = rare().inputs
    surer = model.predict_proba(inputs)[:, 1] > 0.5
    assert model.threshold == 0.5
    assert (model.predict(inputs) == np.where(surer, "ill", "well")).all()


def test_above_the_threshold_the_second_class_is_answered(model):
    inputs = rare().inputs
    lower = model.with_threshold(0.2)
    surer = model.predict_proba(inputs)[:, 1] > 0.2
    assert (lower.predict(inputs) == np.where(surer, "ill", "well")).all()
    assert (lower.predict_proba(inputs) == model.predict_proba(inputs)).all()
    assert model.threshold == 0.5


def test_the_threshold_chosen_is_the_best_for_what_is_asked(model):
    validation = rare(seed=1)
    chances = model.predict_proba(validation.inputs)
    expected = choose_threshold(validation.targets, chances, by="f1")
    assert model.best_threshold(validation, by="f1") == pytest.approx(expected)
    assert expected.score > expected.at_half


def test_a_model_is_judged_by_its_threshold(model):
    data = rare(seed=2).with_weights(np.arange(400) % 3)
    scores = model.with_threshold(0.2).evaluate(data)
    answers = model.with_threshold(0.2).predict(data.inputs) == "ill"
    right = answers == (data.targets == 1)
    assert scores.accuracy == scores.metrics["accuracy"]
    assert scores.accuracy == pytest.approx(np.average(right, weights=data.weights))
    assert np.trace(scores.confusion) == right.sum()
    assert len(scores.mistakes) == 400 - right.sum()


def test_calibration_comes_first_and_the_threshold_after(model):
    validation = rare(seed=1)
    calibrated = model.calibrated(validation)
    found, chosen = settled(calibrated, validation)
    assert found.temperature == calibrated.temperature
    assert found.threshold == chosen.value
    reached = found.evaluate(validation)
    hits = reached.confusion[1, 1]
    f1 = 2 * hits / (2 * hits + reached.confusion[0, 1] + reached.confusion[1, 0])
    assert f1 == pytest.approx(chosen.score)


def test_a_file_keeps_the_threshold(model, tmp_path):
    model.with_threshold(0.2).save(tmp_path / "model.safetensors")
    again = Model.load(tmp_path / "model.safetensors")
    assert again.threshold == 0.2
    inputs = rare().inputs
    assert (again.predict(inputs) == model.with_threshold(0.2).predict(inputs)).all()


@pytest.mark.parametrize("text", ["high", "1.5", "nan", "-0.1"])
def test_a_file_with_an_impossible_threshold_is_refused(model, tmp_path, text):
    path = tmp_path / "model.safetensors"
    model.save(path)
    tensors = unpack_tensors(path.read_bytes(), path)
    tensors.texts["threshold"] = text
    path.write_bytes(sealed(tensors))
    with pytest.raises(FileError, match=f"threshold is '{text}', expected a number fr"):
        read_model(path)


def test_a_file_without_a_threshold_is_of_one_half(model, tmp_path):
    path = tmp_path / "model.safetensors"
    model.save(path)
    tensors = unpack_tensors(path.read_bytes(), path)
    del tensors.texts["threshold"]
    path.write_bytes(sealed(tensors))
    assert read_model(path).threshold == 0.5


def test_a_number_is_taken_as_it_is(model):
    contents = model._contents._replace(recipe=replace(model.recipe, threshold=0.3))
    found, chosen = settled(Model(contents), None)
    assert (found.threshold, chosen) == (0.3, None)


def test_nothing_asked_for_leaves_a_model_as_it_is():
    model = Model.unsettled(trained())
    assert settled(model, None) == (model, None)


def test_rows_to_choose_on_are_needed(model):
    with pytest.raises(
        DataError, match="is chosen on rows for validation, and there a"
    ):
        settled(model, None)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "f1", None])
def test_what_is_no_probability_is_refused(model, value):
    with pytest.raises(DataError, match=r"give a probability from 0 to 1; at 0\.5 the"):
        model.with_threshold(value)


def test_of_three_classes_there_is_no_threshold():
    model = Model.unsettled(trained())
    with pytest.raises(DataError, match="tells two classes apart, data has 3; leave"):
        model.with_threshold(0.3)
    with pytest.raises(DataError, match="tells two classes apart, data has 3; leave"):
        model.best_threshold(blobs())


def test_a_linear_model_beside_takes_the_same_kind_of_threshold():
    parts = rare().split(validation=0.3, test=0.3)
    plain, moved = (
        baselines(parts, Recipe(threshold=by))["linear"]
        for by in (None, "balanced_accuracy")
    )
    assert moved["balanced_accuracy"] > plain["balanced_accuracy"]
    assert moved["log_loss"] == plain["log_loss"]


@pytest.mark.parametrize("by", [None, 0.3, *CHOSEN_BY])
def test_recipes_with_a_threshold_survive_json_and_toml(by):
    recipe = Recipe(threshold=by)
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_toml(recipe.to_toml()) == recipe


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("f2", r"no such way to choose a threshold; did you mean \"f1\"\? known: acc"),
        (0.0, r"threshold must be a number between 0 and 1, or one of accuracy"),
        (1.0, "threshold must be a number between 0 and 1, .* got 1.0; leave it out"),
        (["f1"], "threshold must be a number between 0 and 1"),
    ],
)
def test_a_recipe_that_asks_for_no_threshold_is_refused(by, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(threshold=by)


@pytest.mark.parametrize(
    ("data", "outputs", "message"),
    [
        (blobs(), (3, "softmax"), "tells two classes apart, data has 3 classes; leave"),
        (slopes(), (2, "identity"), "tells two classes apart, data has no classes; le"),
    ],
)
def test_a_threshold_for_other_data_is_refused_before_the_training(
    data, outputs, message
):
    with pytest.raises(DescriptionError, match=message):
        trained(
            data=data, network=network(*outputs), recipe=replace(RECIPE, threshold=0.3)
        )


@pytest.mark.parametrize("weights", [None, 0])
def test_rows_of_one_class_to_choose_on_are_refused_before_the_training(weights):
    parts = blobs(names="ny").split(validation=0.2)
    only = parts.validation.take(np.flatnonzero(parts.validation.targets == 0))
    if weights == 0:
        only = parts.validation.with_weights(parts.validation.targets == 0)
        parts = parts._replace(
            train=parts.train.with_weights(np.ones(len(parts.train)))
        )
    recipe = replace(RECIPE, threshold="accuracy")
    with pytest.raises(
        DataError, match=r"there are 9 rows of 1 classes; give a larger"
    ):
        trained(data=parts._replace(validation=only), network=network(2), recipe=recipe)


def test_a_run_says_the_threshold_of_its_model():
    run = train(Network(ENDINGS[:1]), rare(), replace(TWO, threshold=0.3), folder=None)
    assert Model.from_run(run).threshold == 0.3
    assert Model.from_run(run, rare()).threshold == 0.3


def test_a_threshold_is_found_on_rows_that_no_member_has_learnt_from():
    run = train(Network(ENDINGS[1:]), rare(), replace(TWO, threshold="f1"), folder=None)
    judged = unseen(run, rare())
    calibrated = Model.unsettled(run).calibrated(*judged)
    found = calibrated.best_threshold(*judged, by="f1").value
    assert Model.from_run(run, rare()).threshold == found
    with pytest.raises(
        DataError, match=r"'f1' is found .* Model.from_run\(run, data\)"
    ):
        Model.from_run(run)
