"""metrics: answers beside the truth → the figures that say how good they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.model.judged import Numbers, judged
from ranvier.model.labels import label_metrics, metrics_by_label
from ranvier.training.reliability import sureness

BETTER: dict[str, str] = {
    "accuracy": "higher",
    "balanced_accuracy": "higher",
    "macro_f1": "higher",
    "subset_accuracy": "higher",
    "hamming_loss": "lower",
    "roc_auc": "higher",
    "average_precision": "higher",
    "log_loss": "lower",
    "brier": "lower",
    "ece": "lower",
    "r2": "higher",
    "rmse": "lower",
    "mae": "lower",
    "median_absolute_error": "lower",
    "mape": "lower",
}
"""Every figure, and which way it gets better."""


_MOST_RANKED = 100  # each class takes a sort of all rows


def metrics(
    task: str,
    targets: NDArray[Any],
    answers: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> dict[str, float]:
    """Return `class_metrics` or `label_metrics` of probabilities, or `value_metrics`.

    task: "classification", "labels" or "regression", as a schema says.

    Raises:
        DataError: no row weighs anything, or the shapes do not fit.

    >>> sorted(metrics("regression", np.array([1.0, 3.0]), np.array([1.0, 2.0])))
    ['mae', 'mape', 'median_absolute_error', 'r2', 'rmse']
    """
    if task == "labels":
        return label_metrics(targets, answers, weights)
    measure = value_metrics if task == "regression" else class_metrics
    return measure(targets, answers, weights)


def metrics_by_target(
    task: str,
    names: Sequence[str],
    targets: NDArray[Any],
    answers: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> dict[str, dict[str, float]]:
    """Return the figures of each of several targets, by their names.

    task: "labels", for `metrics_by_label`, or "regression". targets, answers: (N, M).

    Raises:
        DataError: no row weighs anything, or the shapes do not fit.
    """
    if task == "labels":
        return metrics_by_label(names, targets, answers, weights)
    return {
        name: value_metrics(truth, values, weights)
        for name, truth, values in zip(names, targets.T, answers.T, strict=True)
    }


def class_metrics(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
    *,
    threshold: float = 0.5,
) -> dict[str, float]:
    """Return how good probabilities of classes are, by scikit-learn's definitions.

    targets: (N,) class numbers. probabilities: (N, C). weights: (N,), zero or more.
    threshold: of two classes, the second is the answer above it.

    accuracy, balanced_accuracy (the mean of each class's share of right answers),
    macro_f1 (over the classes that occur or are answered), what `sureness` returns,
    roc_auc (for more than two classes the mean over each against the rest), and for
    two classes average_precision of the second. roc_auc is left out where a class
    does not occur or there are more than 100, average_precision where the second does
    not occur.

    Raises:
        DataError: no row weighs anything, or the shapes do not fit.

    >>> figures = class_metrics(np.array([0, 1]), np.array([[0.8, 0.2], [0.4, 0.6]]))
    >>> figures["accuracy"], round(figures["brier"], 3)
    (1.0, 0.1)
    """
    from sklearn import metrics as sk

    truth, chances, weights = judged(targets, probabilities, weights)
    chances = chances / chances.sum(axis=1, keepdims=True)
    answers, classes = chances.argmax(axis=1), chances.shape[1]
    if classes == 2:
        answers = (chances[:, 1] > threshold).astype(np.intp)
    there = np.unique(truth)
    said = np.union1d(truth, answers)
    by: dict[str, Any] = {"sample_weight": weights, "average": "macro"}
    figures = {
        "accuracy": sk.accuracy_score(truth, answers, sample_weight=weights),
        "balanced_accuracy": sk.recall_score(
            truth, answers, labels=there, zero_division=0.0, **by
        ),
        "macro_f1": sk.f1_score(truth, answers, labels=said, zero_division=0.0, **by),
        **sureness(truth, chances, weights),
        **_rankings(truth, chances, weights),
    }
    return {name: float(value) for name, value in figures.items()}


def value_metrics(
    targets: NDArray[Any], values: NDArray[Any], weights: NDArray[Any] | None = None
) -> dict[str, float]:
    """Return how near numbers are, by scikit-learn's definitions; means over M targets.

    targets, values: (N, M) or (N,). weights: (N,), zero or more.

    rmse, mae, median_absolute_error; r2, left out where a target has one value alone;
    mape (a share, not per cent), left out unless all targets are above zero.

    Raises:
        DataError: no row weighs anything, or the shapes do not fit.

    >>> value_metrics(np.array([1.0, 3.0]), np.array([1.0, 2.0]))["mae"]
    0.5
    """
    from sklearn import metrics as sk

    truth, answers, weights = judged(_columns(targets), _columns(values), weights)
    truth = truth.astype(np.float64)
    asked = {
        "rmse": sk.root_mean_squared_error,
        "mae": sk.mean_absolute_error,
        "median_absolute_error": sk.median_absolute_error,
    }
    if (np.ptp(truth, axis=0) > 0).all():
        asked["r2"] = sk.r2_score
    if (truth > 0).all():
        asked["mape"] = sk.mean_absolute_percentage_error
    return {
        name: float(measure(truth, answers, sample_weight=weights))
        for name, measure in asked.items()
    }


def _rankings(
    truth: NDArray[Any], chances: Numbers, weights: Numbers
) -> dict[str, Any]:
    """Return what depends on the order of the rows alone."""
    from sklearn import metrics as sk

    classes = chances.shape[1]
    figures: dict[str, Any] = {}
    if len(np.unique(truth)) == classes <= _MOST_RANKED:
        figures["roc_auc"] = sk.roc_auc_score(
            truth,
            chances[:, 1] if classes == 2 else chances,
            multi_class="ovr",
            sample_weight=weights,
        )
    if classes == 2 and truth.any():
        figures["average_precision"] = sk.average_precision_score(
            truth, chances[:, 1], sample_weight=weights
        )
    return figures


def _columns(values: NDArray[Any]) -> NDArray[Any]:
    return np.reshape(values, (len(values), -1))
