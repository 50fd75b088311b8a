import time

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler

from ranvier.data import Parts, from_arrays, load
from ranvier.model import baselines as module
from ranvier.model.baselines import baselines, constant
from ranvier.model.metrics import class_metrics, value_metrics
from ranvier.recipe import Recipe
from tests.support.learning import blobs, slopes
from tests.support.people import shoppers, spenders


def cancer(**options):
    found = load_breast_cancer()
    return from_arrays(found.data, found.target, **options)


@pytest.fixture(scope="module")
def diabetes():
    found = load_diabetes()
    return from_arrays(found.data, found.target.astype(float)).split(seed=1)


def test_the_constant_answers_the_shares_of_the_classes_in_training():
    parts = cancer().split(test=0.3)
    shares = np.bincount(parts.train.targets) / len(parts.train)
    expected = class_metrics(parts.test.targets, np.tile(shares, (len(parts.test), 1)))
    found = baselines(parts)["constant"]
    assert found == expected
    assert found["accuracy"] == pytest.approx((parts.test.targets == 1).mean())
    assert found["roc_auc"] == 0.5


def test_the_constant_weighs_rows_as_the_data_do():
    data = from_arrays([[0.0]] * 3, ["a", "b", "b"]).with_weights([6, 1, 1])
    found = constant(data, data)
    assert found["accuracy"] == 0.75
    assert found["log_loss"] == pytest.approx(
        -0.75 * np.log(0.75) - 0.25 * np.log(0.25)
    )


@pytest.mark.parametrize("weights", [[1, 1, 1, 1], [1, 2, 0, 5], [3, 1, 1, 1]])
def test_the_constant_number_is_the_best_for_each_figure(weights):
    values = np.array([[1.0], [2.0], [7.0], [30.0]])
    data = from_arrays(values, values).with_weights(weights)
    found = constant(data, data)
    others = [
        value_metrics(values, np.full_like(values, one), np.array(weights))
        for one in np.arange(0, 31, 0.5)
    ]
    for figure in ("rmse", "mae"):
        assert found[figure] <= min(other[figure] for other in others) + 1e-6
    assert found["r2"] == pytest.approx(0, abs=1e-6)


def test_the_linear_model_of_classes_is_logistic_regression():
    parts = cancer().split(test=0.3)
    scaler = StandardScaler().fit(parts.train.inputs)
    inputs = [scaler.transform(part.inputs) for part in (parts.train, parts.test)]
    theirs = LogisticRegression().fit(inputs[0], parts.train.targets)
    expected = class_metrics(parts.test.targets, theirs.predict_proba(inputs[1]))
    found = baselines(parts)["linear"]
    assert found["accuracy"] == pytest.approx(expected["accuracy"], abs=0.02)
    assert found["roc_auc"] == pytest.approx(expected["roc_auc"], abs=0.01)


def test_the_linear_model_of_numbers_is_least_squares(diabetes):
    alone = Parts(diabetes.train, None, diabetes.test)
    theirs = LinearRegression().fit(diabetes.train.inputs, diabetes.train.targets)
    expected = value_metrics(
        diabetes.test.targets, theirs.predict(diabetes.test.inputs)
    )
    assert baselines(alone)["linear"] == pytest.approx(expected, rel=1e-2)


def test_many_rows_of_classes_are_learnt_by_batches_as_well(monkeypatch):
    parts = blobs(600).split(test=0.3)
    exact = baselines(parts)["linear"]
    monkeypatch.setattr(module, "_MOST_EXACT", 100)
    assert baselines(parts)["linear"]["accuracy"] >= exact["accuracy"] - 0.05


def test_of_many_rows_of_numbers_some_are_learnt_from(monkeypatch):
    parts = slopes(400).split(test=0.3)
    monkeypatch.setattr(module, "_MOST_NUMBERS", 600)
    first, again = (baselines(parts)["linear"] for _ in range(2))
    assert first == again
    assert first["r2"] > 0.999


def test_digits_take_seconds():
    begin = time.process_time()
    found = baselines(load("digits").split())
    assert found["linear"]["accuracy"] > 0.92
    assert time.process_time() - begin < 30


def test_the_test_part_is_judged_then_that_for_validation():
    parts = blobs().split(validation=0.2, test=0.2)
    untested = parts._replace(test=None)
    assert baselines(untested) == baselines(untested, judged=parts.validation)
    assert baselines(parts) == baselines(parts, judged=parts.test)
    alone = Parts(parts.train, None, None)
    assert baselines(alone) == baselines(alone, judged=parts.train)


def test_class_weights_and_seed_are_those_of_the_recipe():
    labels = np.repeat(["a", "b"], [90, 10])
    inputs = np.random.default_rng(0).normal(size=(100, 1)) + (labels == "b")[:, None]
    parts = from_arrays(inputs, labels).split(validation=0, test=0.3)
    plain, balanced = (
        baselines(parts, Recipe(class_weight=weight))["linear"]
        for weight in (None, "balanced")
    )
    assert balanced["balanced_accuracy"] > plain["balanced_accuracy"]


def test_a_linear_model_that_breaks_is_left_out():
    rows = [[0.0], [1.0]] * 20
    parts = from_arrays(rows, np.array([[1e30], [-1e30]] * 20)).split(test=0.3)
    assert list(baselines(parts)) == ["constant"]


@pytest.mark.parametrize("data", [shoppers(), spenders()], ids=["classes", "values"])
def test_a_table_with_no_room_has_its_baselines(data, monkeypatch):
    parts = data.split(seed=1)
    whole = baselines(parts)
    monkeypatch.setenv("RANVIER_MEMORY", "20kB")
    found = baselines(parts)
    assert (set(found), found["constant"]) == (set(whole), whole["constant"])
