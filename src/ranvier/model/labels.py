"""labels: answers of yes and no beside the truth → the figures of each and of all."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import DataError
from ranvier.model.judged import Numbers, judged
from ranvier.training.reliability import sureness

Figures = dict[str, float]

_MEANS = {
    "macro_f1": "f1",
    "roc_auc": "roc_auc",
    "average_precision": "average_precision",
}
"""The figures of all labels, and those of each that they are means of."""


def label_metrics(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> Figures:
    """Return how good probabilities of labels are, by scikit-learn's definitions.

    targets: (N, M) of 1 and 0. probabilities: (N, M); above 0.5 is yes. weights: (N,),
    zero or more.

    subset_accuracy (the share of rows with all labels right), hamming_loss (the share
    of labels that are wrong), macro_f1, roc_auc and average_precision (means over the
    labels, those that each has), and what `sureness` says of all labels together.

    Raises:
        DataError: no row weighs anything, or the shapes do not fit.

    >>> figures = label_metrics(np.array([[1, 0]]), np.array([[0.9, 0.6]]))
    >>> figures["subset_accuracy"], figures["hamming_loss"]
    (0.0, 0.5)
    """
    truth, chances, weights = judged(targets, probabilities, weights)
    _check_shapes(truth, chances)
    is_right = (chances > 0.5) == (truth == 1)
    each = [
        _figures(*column, weights) for column in zip(truth.T, chances.T, strict=True)
    ]
    flat = chances.ravel()
    return {
        "subset_accuracy": float(np.average(is_right.all(axis=1), weights=weights)),
        "hamming_loss": float(1 - np.average(is_right.mean(axis=1), weights=weights)),
        **_means(each),
        **sureness(
            truth.ravel().astype(np.intp),
            np.stack([1 - flat, flat], axis=1),
            np.repeat(weights, truth.shape[1]),
        ),
    }


def metrics_by_label(
    names: Sequence[str],
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> dict[str, Figures]:
    """Return the figures of each label: accuracy, f1, roc_auc and average_precision.

    f1 is left out where no row is yes or answered so, roc_auc where all are alike,
    average_precision where none is yes.

    Raises:
        DataError: no row weighs anything, or the shapes do not fit.

    >>> metrics_by_label("ab", np.array([[1, 0]]), np.array([[0.9, 0.6]]))["b"]
    {'accuracy': 0.0, 'f1': 0.0}
    """
    truth, chances, weights = judged(targets, probabilities, weights)
    _check_shapes(truth, chances)
    return {
        name: _figures(column, said, weights)
        for name, column, said in zip(names, truth.T, chances.T, strict=True)
    }


def _check_shapes(truth: NDArray[Any], chances: Numbers) -> None:
    if truth.shape != chances.shape:
        raise DataError(
            f"labels have the shape {truth.shape}, their probabilities "
            f"{chances.shape}; give one for each label of each row."
        )


def _figures(truth: NDArray[Any], chances: Numbers, weights: Numbers) -> Figures:
    """Return the figures of one label (N,)."""
    from sklearn import metrics as sk

    is_yes, said = (truth == 1).astype(np.intp), (chances > 0.5).astype(np.intp)
    by: dict[str, Any] = {"sample_weight": weights}
    figures = {"accuracy": sk.accuracy_score(is_yes, said, **by)}
    if is_yes.any() or said.any():
        figures["f1"] = sk.f1_score(is_yes, said, **by)
    if is_yes.any() and not is_yes.all():
        figures["roc_auc"] = sk.roc_auc_score(is_yes, chances, **by)
    if is_yes.any():
        figures["average_precision"] = sk.average_precision_score(is_yes, chances, **by)
    return {name: float(value) for name, value in figures.items()}


def _means(each: Sequence[Figures]) -> Figures:
    """Return the mean of each figure over the labels that have it."""
    held = {
        name: [one[own] for one in each if own in one] for name, own in _MEANS.items()
    }
    return {name: float(np.mean(values)) for name, values in held.items() if values}
