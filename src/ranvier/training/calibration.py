"""calibration: one number that makes probabilities as sure as they are right."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FEWEST_ROWS = 30
MOST = 10.0
"""Temperatures lie from 1 / MOST to MOST: others tell of too few rows, not of more."""

_LEAST = 2.0**-24  # what a float32 just below 1 leaves for the other classes
_STEPS = 60


class Calibration(NamedTuple):
    """Hold a temperature, and what it was fitted on.

    temperature: 1 leaves probabilities as they are, more makes them less sure.
    rows: how many of the validation rows weighed something.
    reason: why it is 1, where it could not be fitted; else None.
    """

    temperature: float
    rows: int
    reason: str | None = None

    def apply(self, probabilities: NDArray[Any]) -> NDArray[Any]:
        """Return probabilities (N, C) at this temperature."""
        return at_temperature(probabilities, self.temperature)


def at_temperature(probabilities: NDArray[Any], temperature: float) -> NDArray[Any]:
    """Return p^(1 / T), each row divided by its sum: softmax of the logits over T.

    The order of the classes stays, and so does every answer. For two classes it is
    also sigmoid of the one logit over T. Probabilities below 2^-24 count as 2^-24.

    probabilities: (N, C), of any float type, which the result has too.

    >>> at_temperature(np.array([[0.8, 0.2]]), 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    if temperature == 1:
        return probabilities
    scaled = _logarithms(probabilities) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: NDArray[Any] = powers / powers.sum(axis=1, keepdims=True)
    return shares.astype(probabilities.dtype)


def calibrate(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> Calibration:
    """Return the temperature at which the log-loss of validation rows is least.

    Guo, Pleiss, Sun and Weinberger 2017, section 4.2. In 1 / T the loss is convex;
    Newton's method finds its least, held between bounds by bisection.

    targets: (N,) class numbers. probabilities: (N, C) of rows that were not learnt
    from. weights: (N,), zero or more.

    >>> truth = np.array([0] * 30 + [1] * 10)
    >>> calibrate(truth, np.array([[0.9, 0.1]] * 40)).temperature.__round__(3)
    2.0
    """
    given = np.ones(len(targets)) if weights is None else np.asarray(weights)
    kept = given > 0
    rows = int(kept.sum())
    if rows < FEWEST_ROWS:
        few = f"{rows} validation rows are too few; {FEWEST_ROWS} would do"
        return Calibration(1.0, rows, few)
    logarithms = _logarithms(probabilities[kept])
    weighed = given[kept] / given[kept].sum()
    inverse = _least(logarithms, targets[kept], weighed)
    if inverse is None:
        return Calibration(
            1.0,
            rows,
            f"no temperature from {1 / MOST:g} to {MOST:g} has the least loss on "
            f"{rows} validation rows",
        )
    return Calibration(1 / inverse, rows)


def fit_temperature(
    targets: NDArray[Any],
    probabilities: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> float:
    """Return the temperature that `calibrate` finds; 1.0 where it finds none.

    >>> fit_temperature(np.array([0, 1]), np.array([[0.8, 0.2], [0.2, 0.8]]))
    1.0
    """
    return calibrate(targets, probabilities, weights).temperature


def _logarithms(probabilities: NDArray[Any]) -> Numbers:
    logarithms: Numbers = np.log(np.maximum(probabilities.astype(np.float64), _LEAST))
    return logarithms


def _least(logits: Numbers, targets: NDArray[Any], weights: Numbers) -> float | None:
    """Return 1 / T where the loss is least; None where that is out of bounds."""
    low, high = 1 / MOST, MOST
    if _slopes(logits, targets, weights, low)[0] >= 0:
        return None
    if _slopes(logits, targets, weights, high)[0] <= 0:
        return None
    inverse = 1.0
    for _ in range(_STEPS):
        slope, curvature = _slopes(logits, targets, weights, inverse)
        low, high = (inverse, high) if slope < 0 else (low, inverse)
        step = inverse - slope / curvature if curvature > 0 else low
        before, inverse = inverse, step if low < step < high else (low + high) / 2
        if abs(inverse - before) <= 1e-12 * inverse:
            break
    return inverse


def _slopes(
    logits: Numbers, targets: NDArray[Any], weights: Numbers, inverse: float
) -> tuple[float, float]:
    """Return the first and second derivative of the loss by 1 / T.

    They are E[z] - z of the true class, and the variance of z, by softmax(z / T).
    """
    scaled = inverse * logits
    shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    means = (shares * logits).sum(axis=1)
    variances = (shares * (logits - means[:, None]) ** 2).sum(axis=1)
    of_truth = logits[np.arange(len(targets)), targets]
    return float(weights @ (means - of_truth)), float(weights @ variances)
