"""reliability: how far a model's confidence is from how often it is right."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
BINS = 15

_WIDTH = 1.96  # standard errors to either side of an interval of 95 %


class Interval(NamedTuple):
    """Hold the ends of an interval."""

    low: float
    high: float


class Bin(NamedTuple):
    """Hold rows of about the same confidence.

    confidence: the mean of it. right: the share of rows that are right.
    low, high: between what that share lies, by Wilson's interval of 95 % (1927).
    rows: how many there are.
    """

    confidence: float
    right: float
    low: float
    high: float
    rows: int


class _Answers(NamedTuple):
    """Hold one answer a row; `places` number the distinct confidences in order."""

    confidences: Numbers
    is_right: Numbers
    places: NDArray[np.intp]


def sureness(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> dict[str, float]:
    """Return log_loss, brier and ece: how good probabilities are as such.

    log_loss: -log of the true class's probability, which counts as 2.2e-16 at least.
    brier: the squared error of the probabilities, halved where there are two classes
    (Brier 1950, as in scikit-learn). ece: the `calibration_error`.

    targets: (N,) class numbers. probabilities: (N, C) that sum to 1. weights: (N,),
    zero or more.

    >>> sureness(np.array([0, 1]), np.array([[0.5, 0.5], [0.5, 0.5]]))["brier"]
    0.25
    """
    chances = np.asarray(probabilities, np.float64)
    of_truth = chances[np.arange(len(targets)), targets]
    losses = -np.log(np.maximum(of_truth, np.finfo(np.float64).eps))
    # The sum over classes of (p - y)², where y is 1 for the true class alone.
    squares = (chances**2).sum(axis=1) - 2 * of_truth + 1
    halved = 2 if chances.shape[1] == 2 else 1
    return {
        "log_loss": float(np.average(losses, weights=weights)),
        "brier": float(np.average(squares, weights=weights) / halved),
        "ece": calibration_error(targets, chances, weights),
    }


def calibration_error(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
    *,
    bins: int = BINS,
) -> float:
    """Return the expected calibration error (ECE), from 0 to 1.

    Rows are put in bins of equal weight by the probability of the answered class;
    the mean over bins of |share that is right - mean probability|. Rows of equal
    probability share a bin, so that the order of rows does not matter. Guo, Pleiss,
    Sun and Weinberger 2017, equation 3, with equal masses as in Nixon et al. 2019.

    targets: (N,) class numbers. probabilities: (N, C). weights: (N,), zero or more.

    >>> calibration_error(np.array([0, 1]), np.array([[0.8, 0.2], [0.2, 0.8]]))
    0.2
    """
    answers = _answers(targets, probabilities)
    given = np.ones(len(targets)) if weights is None else weights.astype(np.float64)
    return round(_error(answers, given, bins), 12)


def reliability(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
    *,
    bins: int = BINS,
) -> list[Bin]:
    """Return the bins of `calibration_error`, those of the least sure rows first.

    targets: (N,) class numbers. probabilities: (N, C). weights: (N,), zero or more;
    rows of weight zero are left out.

    >>> sure = np.array([[0.8, 0.2], [0.2, 0.8], [0.9, 0.1], [0.1, 0.9]])
    >>> reliability(np.array([0, 0, 0, 1]), sure, bins=2)[0][:2]
    (0.8, 0.5)
    """
    given = np.ones(len(targets)) if weights is None else weights.astype(np.float64)
    kept = given > 0
    answers, given = _answers(targets[kept], probabilities[kept]), given[kept]
    bin_of = _bin_of(answers, given, bins)[answers.places]
    return [
        _bin(answers, given, bin_of == number) for number in np.unique(bin_of).tolist()
    ]


def calibration_interval(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
    *,
    bins: int = BINS,
    level: float = 0.9,
    draws: int = 200,
    seed: int = 0,
) -> Interval:
    """Return between what bounds the calibration error lies, by the bootstrap.

    The rows are drawn anew `draws` times, and the middle share `level` of the errors
    is kept (Efron 1979, the percentile interval). Chance alone makes the error
    positive: an interval far from zero is what tells of bad calibration.

    >>> sure = np.array([[0.99, 0.01]] * 50)
    >>> calibration_interval(np.arange(50) % 2, sure).low > 0.3
    True
    """
    answers = _answers(targets, probabilities)
    given = np.ones(len(targets)) if weights is None else weights.astype(np.float64)
    random, count = np.random.default_rng(seed), len(targets)
    errors = []
    for _ in range(draws):
        drawn = np.bincount(random.integers(count, size=count), minlength=count)
        if (drawn * given).any():
            errors.append(_error(answers, drawn * given, bins))
    low, high = np.quantile(errors, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def _answers(targets: NDArray[Any], probabilities: NDArray[Any]) -> _Answers:
    answers = probabilities.argmax(axis=1)
    confidences = probabilities[np.arange(len(answers)), answers].astype(np.float64)
    places = np.unique(confidences, return_inverse=True)[1]
    return _Answers(confidences, (answers == targets).astype(np.float64), places)


def _error(answers: _Answers, weights: Numbers, bins: int) -> float:
    bin_of = _bin_of(answers, weights, bins)
    gaps = weights * (answers.is_right - answers.confidences)
    return float(
        np.abs(np.bincount(bin_of[answers.places], gaps)).sum() / weights.sum()
    )


def _bin_of(answers: _Answers, weights: Numbers, bins: int) -> NDArray[np.intp]:
    """Return the bin of each distinct confidence; all bins weigh about the same."""
    masses = np.bincount(answers.places, weights)
    middles = masses.cumsum() - masses / 2
    numbers: NDArray[np.intp] = (bins * middles / masses.sum()).astype(np.intp)
    return np.minimum(numbers, bins - 1)


def _bin(answers: _Answers, weights: Numbers, chosen: NDArray[np.bool_]) -> Bin:
    rows, own = int(chosen.sum()), weights[chosen]
    confidence = float(np.average(answers.confidences[chosen], weights=own))
    right = float(np.average(answers.is_right[chosen], weights=own))
    middle = (right + _WIDTH**2 / (2 * rows)) / (1 + _WIDTH**2 / rows)
    spread = right * (1 - right) / rows + (_WIDTH / (2 * rows)) ** 2
    reach = _WIDTH * spread**0.5 / (1 + _WIDTH**2 / rows)
    return Bin(confidence, right, middle - reach, middle + reach, rows)
