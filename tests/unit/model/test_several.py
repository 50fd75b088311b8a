"""A model of several labels, and one of several numbers."""

from dataclasses import replace

import numpy as np
import pytest

from ranvier.data import from_arrays, from_frame
from ranvier.errors import DataError
from ranvier.model import Model
from ranvier.model.baselines import baselines, constant
from ranvier.model.labels import label_metrics, metrics_by_label
from ranvier.model.metrics import value_metrics
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.training import train
from tests.support.learning import slopes
from tests.support.people import HABITS, RECIPE, habits, people

LABELS = Network([Dense(8, "silu"), Dense(3, "sigmoid")])
ROWS = habits(30, seed=5)


def data():
    return from_frame(habits(), HABITS, name="habits")


@pytest.fixture(scope="module")
def model():
    return Model.from_run(train(LABELS, data(), RECIPE, folder=None))


@pytest.fixture(scope="module")
def numbers():
    frame = people().drop("bought").with_columns(half=people()["spent"] / 2 - 20)
    held = from_frame(frame, ["spent", "half"], name="numbers")
    network = Network([Dense(8, "silu"), Dense(2)])
    return Model.from_run(train(network, held, RECIPE, folder=None)), held


def test_labels_are_true_or_false_and_probable_each_by_itself(model):
    answers, chances = model.predict(ROWS), model.predict_proba(ROWS)
    assert answers.dtype == np.bool_
    assert answers.shape == chances.shape == (30, 3)
    assert (answers == (chances > 0.5)).all()
    assert 0 <= chances.min() < chances.max() <= 1
    assert not np.allclose(chances.sum(axis=1), 1)


def test_labels_are_learnt_as_they_are(model):
    assert model.encoder.answers is None
    assert model.recipe.loss_for(model.network).type == "binary_cross_entropy"


def test_without_a_network_labels_get_sigmoids():
    run = train(None, data(), RECIPE, folder=None)
    assert run.network.output == Dense(3, "sigmoid")


def test_labels_are_judged_together_and_each(model):
    scores, held = model.evaluate(data()), data()
    chances = model.predict_proba(habits())
    assert (scores.accuracy, scores.confusion, scores.mistakes) == (None, None, [])
    assert scores.metrics == label_metrics(held.targets, chances)
    assert scores.by_target == metrics_by_label(HABITS, held.targets, chances)
    assert scores.metrics["log_loss"] == pytest.approx(scores.loss, rel=1e-4)


def test_a_file_brings_a_model_of_labels_back(model, tmp_path):
    model.save(tmp_path / "model.safetensors")
    again = Model.load(tmp_path / "model.safetensors")
    assert again.schema == model.schema
    assert again.schema.answers == tuple(HABITS)
    assert again.predict_proba(ROWS).tobytes() == model.predict_proba(ROWS).tobytes()


def test_one_temperature_makes_all_labels_as_sure_as_they_are_right():
    held = data().with_weights(np.arange(200) % 3)
    run = train(LABELS, data(), replace(RECIPE, epochs=20), folder=None)
    model = Model.from_run(run)
    calibrated = model.calibrated(held)
    assert calibrated.temperature != 1
    assert (calibrated.predict(ROWS) == model.predict(ROWS)).all()
    losses = [one.evaluate(held).metrics["log_loss"] for one in (calibrated, model)]
    assert losses[0] < losses[1]


def test_labels_under_other_names_are_refused(model):
    other = from_frame(habits(), HABITS[::-1], name="habits")
    with pytest.raises(DataError, match=r"3 labels \(far, senior, bought\) as targets"):
        model.evaluate(other)


def test_labels_are_set_beside_their_shares_and_a_line():
    parts = data().split(test=0.3)
    shares = parts.train.targets.mean(axis=0)
    found = baselines(parts)
    every = np.tile(shares, (len(parts.test), 1))
    assert found["constant"] == pytest.approx(label_metrics(parts.test.targets, every))
    assert found["linear"]["hamming_loss"] < found["constant"]["hamming_loss"]


def test_the_shares_of_labels_weigh_rows_as_the_data_do():
    held = from_arrays([[0.0]] * 3, [[1, 0], [0, 0], [0, 1]], task="labels")
    found = constant(held, held.with_weights([0, 1, 0]))
    assert found["log_loss"] == pytest.approx(-np.log(2 / 3))


def test_arrays_may_have_labels():
    held = from_arrays(
        slopes().inputs, slopes().targets > 0, task="labels", classes=["up", "out"]
    )
    exact = Recipe(optimizer="lbfgs", epochs=10)
    run = train(Network([Dense(2, "sigmoid")]), held, exact, folder=None)
    model = Model.from_run(run)
    assert model.schema.answers == ("up", "out")
    assert model.predict(held.inputs).shape == (60, 2)
    assert model.evaluate(held).metrics["roc_auc"] > 0.95


def test_several_numbers_come_in_the_units_of_each(numbers):
    model, held = numbers
    answers = model.predict(people())
    assert answers.shape == (200, 2)
    scores = model.evaluate(held)
    assert list(scores.by_target) == ["spent", "half"]
    assert scores.by_target["half"] == pytest.approx(
        value_metrics(held.targets[:, 1], answers[:, 1])
    )
    means = np.mean([one["mae"] for one in scores.by_target.values()])
    assert scores.metrics["mae"] == pytest.approx(means)


def test_numbers_have_no_probabilities(numbers):
    with pytest.raises(DataError, match="gives numbers for numbers, which has no clas"):
        numbers[0].predict_proba(people())
