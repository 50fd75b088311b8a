import numpy as np
import pytest
from sklearn import metrics as sk

from ranvier.errors import DataError
from ranvier.model.metrics import BETTER, class_metrics, metrics, value_metrics

RANDOM = np.random.default_rng(0)


def drawn(classes, rows=200):
    """Return (targets, probabilities, weights) of which the targets are likely."""
    logits = RANDOM.normal(size=(rows, classes)) * 2
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = np.array([RANDOM.choice(classes, p=row) for row in chances])
    return targets, chances.astype(np.float32), RANDOM.uniform(0.5, 3, rows)


@pytest.mark.parametrize("is_weighed", [False, True])
@pytest.mark.parametrize("classes", [2, 4])
def test_figures_of_classes_are_those_of_scikit_learn(classes, is_weighed):
    targets, chances, weights = drawn(classes)
    by = {"sample_weight": weights if is_weighed else None}
    found = class_metrics(targets, chances, by["sample_weight"])
    exact = chances.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    answers, second = exact.argmax(axis=1), exact[:, 1] if classes == 2 else exact
    expected = {
        "accuracy": sk.accuracy_score(targets, answers, **by),
        "balanced_accuracy": sk.balanced_accuracy_score(targets, answers, **by),
        "macro_f1": sk.f1_score(targets, answers, average="macro", **by),
        "log_loss": sk.log_loss(targets, exact, **by),
        "brier": sk.brier_score_loss(targets, second, **by),
        "roc_auc": sk.roc_auc_score(targets, second, multi_class="ovr", **by),
    }
    if classes == 2:
        expected["average_precision"] = sk.average_precision_score(
            targets, second, **by
        )
    assert found.keys() == expected.keys() | {"ece"}
    assert {name: found[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize("is_weighed", [False, True])
@pytest.mark.parametrize("columns", [1, 3])
def test_figures_of_numbers_are_those_of_scikit_learn(columns, is_weighed):
    targets = RANDOM.uniform(1, 2, (60, columns)).astype(np.float32)
    values = targets + RANDOM.normal(size=targets.shape)
    by = {"sample_weight": RANDOM.uniform(0, 2, 60) if is_weighed else None}
    assert value_metrics(targets, values, by["sample_weight"]) == pytest.approx(
        {
            "rmse": sk.root_mean_squared_error(targets, values, **by),
            "mae": sk.mean_absolute_error(targets, values, **by),
            "median_absolute_error": sk.median_absolute_error(targets, values, **by),
            "r2": sk.r2_score(targets, values, **by),
            "mape": sk.mean_absolute_percentage_error(targets, values, **by),
        },
        rel=1e-5,
    )


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_rows_of_weight_0_are_not_there(task):
    targets, answers, _ = drawn(3)
    if task == "regression":
        answers, targets = answers[:, :1], targets.astype(np.float32)
    weights = (np.arange(200) % 3 > 0).astype(np.float32)
    kept = weights > 0
    assert metrics(task, targets, answers, weights) == pytest.approx(
        metrics(task, targets[kept], answers[kept])
    )


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_a_row_of_weight_2_counts_twice(task):
    targets, answers, _ = drawn(2)
    if task == "regression":
        answers, targets = answers[:, :1], targets.astype(np.float32)
    weights = np.where(np.arange(200) % 5 == 0, 2, 1)
    twice = np.repeat(np.arange(200), weights)
    found = metrics(task, targets, answers, weights)
    assert found == pytest.approx(metrics(task, targets[twice], answers[twice]))


def test_a_class_that_does_not_occur_leaves_out_what_needs_it():
    chances = np.array([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3]])
    found = class_metrics(np.array([0, 1]), chances)
    assert "roc_auc" not in found
    assert found["balanced_accuracy"] == found["macro_f1"] == 1
    assert found["log_loss"] == pytest.approx(-np.log([0.7, 0.5]).mean())


@pytest.mark.parametrize(
    ("truth", "missing"),
    [(0, {"roc_auc", "average_precision"}), (1, {"roc_auc"})],
)
def test_one_class_alone_has_no_ranking(truth, missing):
    chances = np.array([[0.7, 0.3]] * 4)
    found = class_metrics(np.full(4, truth), chances)
    assert missing == {"roc_auc", "average_precision"} - found.keys()
    assert found["accuracy"] == 1 - truth


def test_very_many_classes_are_not_ranked():
    targets, chances = np.arange(101), np.eye(101) * 0.5 + 0.1
    assert "roc_auc" not in class_metrics(targets, chances)
    assert class_metrics(targets[:100], chances[:100, :100])["roc_auc"] == 1


def test_perfect_answers_have_perfect_figures():
    targets = np.array([0, 1, 1])
    found = class_metrics(targets, np.eye(2, dtype=np.float32)[targets])
    best = {name: float(BETTER[name] == "higher") for name in found}
    assert found == pytest.approx(best, abs=1e-12)


def test_a_probability_of_0_for_the_truth_costs_much_and_is_finite():
    found = class_metrics(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert 15 < found["log_loss"] < 20
    assert found["brier"] == 0.5


def test_a_threshold_moves_the_answers_alone():
    targets, chances, _ = drawn(2)
    plain, moved = (class_metrics(targets, chances, threshold=t) for t in (0.5, 0.8))
    changed = {name for name in plain if plain[name] != moved[name]}
    assert changed == {"accuracy", "balanced_accuracy", "macro_f1"}
    right = (chances[:, 1] > 0.8) == (targets == 1)
    assert moved["accuracy"] == pytest.approx(right.mean())


def test_figures_that_mean_nothing_are_left_out():
    ones = np.ones((3, 1))
    assert "r2" not in value_metrics(ones, ones * 2)
    assert "mape" not in value_metrics(np.array([0.0, 1.0, 2.0]), ones)
    assert value_metrics(ones[:1], ones[:1])["rmse"] == 0


def test_every_figure_says_which_way_it_gets_better():
    targets, chances, _ = drawn(2)
    labels = metrics("labels", np.eye(2)[targets], chances)
    of_numbers = value_metrics(targets + 1.0, chances[:, 0])
    every = class_metrics(targets, chances) | labels | of_numbers
    assert every.keys() == BETTER.keys()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([0, 1], [[1, 0], [0, 1]], [0, 0]), "none of 2 rows weighs anything; give"),
        (([0, 1], [[1, 0]], None), r"targets have the shape \(2,\), answers \(1, 2\)"),
        (([0, 1], [1, 0], None), r"answers \(2,\), weights \(2,\); give one of each"),
        (([0], [[1, 0]], [1, 2]), r"weights \(2,\); give one of each for each row"),
        (([], np.empty((0, 2)), None), "none of 0 rows weighs anything"),
    ],
)
def test_rows_that_cannot_be_judged_are_refused(given, message):
    with pytest.raises(DataError, match=message):
        class_metrics(*(None if one is None else np.array(one) for one in given))
