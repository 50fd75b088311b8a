"""threshold: how probable the second of two classes must be to be the answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import DataError, shown
from ranvier.registry import Registry

if TYPE_CHECKING:
    from ranvier.data import Dataset
    from ranvier.model.model import Model
    from ranvier.model.together import Outputs

Numbers = NDArray[np.float64]


class Counts(NamedTuple):
    """Hold the weights of rows at each of K thresholds (K,).

    hits, misses: of the second class, answered so or not. false_alarms, rejections: of
    the first class, answered as the second or not.
    """

    hits: Numbers
    misses: Numbers
    false_alarms: Numbers
    rejections: Numbers


class Threshold(NamedTuple):
    """Hold a threshold, and what it reaches on the rows it was chosen on.

    value: from 0 to 1; a probability above it is the second class.
    score: by what it was chosen. at_half: the same at 0.5.
    """

    value: float
    score: float
    at_half: float


def _accuracy(counts: Counts) -> Numbers:
    return (counts.hits + counts.rejections) / sum(counts)


def _balanced_accuracy(counts: Counts) -> Numbers:
    sensitivity = counts.hits / (counts.hits + counts.misses)
    return (
        sensitivity + counts.rejections / (counts.rejections + counts.false_alarms)
    ) / 2


def _f1(counts: Counts) -> Numbers:
    return 2 * counts.hits / (2 * counts.hits + counts.misses + counts.false_alarms)


THRESHOLDS: Registry[Callable[[Counts], Numbers]] = Registry(
    "way to choose a threshold",
    {"accuracy": _accuracy, "balanced_accuracy": _balanced_accuracy, "f1": _f1},
)


def choose_threshold(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
    *,
    by: str | float = "accuracy",
) -> Threshold:
    """Return the threshold that is best on validation rows of two classes.

    targets: (N,) 0 or 1. probabilities: (N,) of the second class, or (N, 2).
    weights: (N,), zero or more.
    by: "accuracy"; "balanced_accuracy", which is Youden's index (Youden 1950); "f1" of
        the second class; or how many times a miss costs what a false alarm does.

    Tried are 0.5 and the middles between neighbouring probabilities. Of equally good
    ones the nearest to 0.5 is taken, then the lower.

    Raises:
        DataError: one of the classes does not occur, or the shapes do not fit.
        DescriptionError: there is no such way to choose.

    >>> choose_threshold(np.array([0, 0, 1]), np.array([0.1, 0.25, 0.75])).value
    0.5
    """
    truth, chances, given = _rows(targets, probabilities, weights)
    tried = _tried(chances)
    score = _scores(by, _counts(truth, chances, given, tried))
    ties = np.flatnonzero(score >= score.max() - 1e-12)
    best = ties[np.lexsort((tried[ties], np.abs(tried[ties] - 0.5)))[0]]
    half = score[np.searchsorted(tried, 0.5)]
    return Threshold(float(tried[best]), float(score[best]), float(half))


def settled(
    model: "Model", validation: "Dataset | None", outputs: "Outputs | None" = None
) -> tuple["Model", Threshold | None]:
    """Return a model with the threshold that its recipe asks for, and how it was found.

    A number asked for is not found, and neither is 0.5 where nothing is asked for.

    outputs: (N, M) to choose on instead of what the model would say, as of `unseen`.

    Raises:
        DataError: the rows for validation are of one class, or there are none.
    """
    by = model.recipe.threshold
    if by is None:
        return model, None
    if isinstance(by, float):
        return model.with_threshold(by), None
    if validation is None:
        raise DataError(
            f"threshold={by!r} is chosen on rows for validation, and there are none; "
            "give some, or a number between 0 and 1."
        )
    found = model.best_threshold(validation, outputs, by=by)
    return model.with_threshold(found.value), found


def _rows(
    targets: NDArray[Any], probabilities: NDArray[Any], weights: NDArray[Any] | None
) -> tuple[NDArray[np.bool_], Numbers, Numbers]:
    """Return (truth, probability of the second class, weight) of rows that weigh."""
    given = np.ones(len(targets)) if weights is None else np.asarray(weights, float)
    second = np.asarray(probabilities, np.float64)
    if second.ndim == 2 and second.shape[1] == 2:
        second = second[:, 1]
    if not second.shape == np.shape(targets) == given.shape:
        raise DataError(
            f"targets have the shape {np.shape(targets)}, probabilities "
            f"{np.shape(probabilities)}, weights {given.shape}; give one of each for "
            "each row, and probabilities (N,) of the second class, or (N, 2)."
        )
    kept = given > 0
    truth = np.asarray(targets)[kept] == 1
    if truth.all() or not truth.any():
        raise DataError(
            f"the {len(truth)} rows to choose a threshold on are of one class; give "
            "rows of both, or keep 0.5."
        )
    return truth, second[kept], given[kept]


def _tried(chances: Numbers) -> Numbers:
    values = np.unique([0.0, *chances, 1.0])
    return np.unique([0.0, *(values[1:] + values[:-1]) / 2, 0.5, 1.0])


def _counts(
    truth: NDArray[np.bool_], chances: Numbers, weights: Numbers, tried: Numbers
) -> Counts:
    order = np.argsort(chances, kind="stable")
    below = np.searchsorted(chances[order], tried, side="right")
    ends = []
    for of_class in (truth, ~truth):
        summed = np.concatenate([[0.0], (weights * of_class)[order].cumsum()])
        ends += [summed[-1] - summed[below], summed[below]]
    return Counts(*ends)


def _scores(by: str | float, counts: Counts) -> Numbers:
    """Return what is to be highest; for a ratio of costs, minus the mean cost."""
    if isinstance(by, str):
        return THRESHOLDS[by](counts)
    if not isinstance(by, (int, float, np.number)) or not 0 < by < np.inf:
        raise DataError(
            f"choose_threshold(by={shown(by)}): by must be one of "
            f"{', '.join(THRESHOLDS)}, or a positive number: how many times a miss "
            "costs what a false alarm does."
        )
    cost: Numbers = (counts.false_alarms + by * counts.misses) / sum(counts)
    return -cost
