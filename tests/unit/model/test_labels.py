import numpy as np
import pytest
from sklearn import metrics as sk

from ranvier.errors import DataError
from ranvier.model.labels import label_metrics, metrics_by_label
from ranvier.model.metrics import metrics, metrics_by_target, value_metrics

RANDOM = np.random.default_rng(1)


def drawn(labels=3, rows=120):
    """Return (targets, probabilities, weights) of which the targets are likely."""
    chances = RANDOM.uniform(size=(rows, labels)).astype(np.float32)
    targets = (RANDOM.uniform(size=(rows, labels)) < chances).astype(np.float32)
    return targets, chances, RANDOM.uniform(0.5, 3, rows)


@pytest.mark.parametrize("is_weighed", [False, True])
def test_figures_of_labels_are_those_of_scikit_learn(is_weighed):
    targets, chances, weights = drawn()
    by = {"sample_weight": weights if is_weighed else None}
    said, exact = chances > 0.5, chances.astype(np.float64)
    expected = {
        "subset_accuracy": sk.accuracy_score(targets, said, **by),
        "hamming_loss": sk.hamming_loss(targets, said, **by),
        "macro_f1": sk.f1_score(targets, said, average="macro", **by),
        "roc_auc": sk.roc_auc_score(targets, exact, **by),
        "average_precision": sk.average_precision_score(targets, exact, **by),
        "log_loss": np.mean(
            [sk.log_loss(targets[:, n], exact[:, n], **by) for n in range(3)]
        ),
        "brier": np.mean(
            [sk.brier_score_loss(targets[:, n], exact[:, n], **by) for n in range(3)]
        ),
    }
    found = label_metrics(targets, chances, by["sample_weight"])
    assert found.keys() == expected.keys() | {"ece"}
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found == metrics("labels", targets, chances, by["sample_weight"])


def test_figures_of_each_label_are_those_of_scikit_learn():
    targets, chances, weights = drawn()
    found = metrics_by_label("abc", targets, chances, weights)
    assert list(found) == ["a", "b", "c"]
    truth, sure = targets[:, 1], chances[:, 1].astype(np.float64)
    by = {"sample_weight": weights}
    assert found["b"] == pytest.approx(
        {
            "accuracy": sk.accuracy_score(truth, sure > 0.5, **by),
            "f1": sk.f1_score(truth, sure > 0.5, **by),
            "roc_auc": sk.roc_auc_score(truth, sure, **by),
            "average_precision": sk.average_precision_score(truth, sure, **by),
        }
    )


@pytest.mark.parametrize(
    ("truth", "missing"),
    [(0, {"f1", "roc_auc", "average_precision"}), (1, {"roc_auc"})],
)
def test_a_label_of_one_kind_alone_lacks_what_means_nothing(truth, missing):
    targets = np.array([[truth, 0], [truth, 1]])
    chances = np.array([[0.2, 0.1], [0.3, 0.9]])
    found = metrics_by_label("ab", targets, chances)
    assert found["b"].keys() - found["a"].keys() == missing


def test_labels_that_no_row_has_are_in_no_mean():
    targets, chances = np.array([[0, 0], [0, 1]]), np.array([[0.2, 0.1], [0.3, 0.9]])
    found = label_metrics(targets, chances)
    assert found["macro_f1"] == found["roc_auc"] == found["average_precision"] == 1


def test_rows_of_weight_0_are_not_there():
    targets, chances, _ = drawn()
    weights = (np.arange(120) % 3 > 0).astype(np.float32)
    kept = weights > 0
    assert label_metrics(targets, chances, weights) == pytest.approx(
        label_metrics(targets[kept], chances[kept])
    )


def test_several_numbers_are_judged_each_by_itself():
    targets, values, weights = drawn(2)
    found = metrics_by_target("regression", ("a", "b"), targets, values, weights)
    assert found["b"] == value_metrics(targets[:, 1], values[:, 1], weights)


@pytest.mark.parametrize("judge", [label_metrics, lambda *g: metrics_by_label("a", *g)])
def test_labels_of_another_shape_are_refused(judge):
    with pytest.raises(DataError, match=r"shape \(2, 3\), their probabilities \(2, 1"):
        judge(np.zeros((2, 3)), np.zeros((2, 1)))
