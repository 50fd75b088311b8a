"""judged: targets, answers and weights → the rows that figures are made of."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import DataError

Numbers = NDArray[np.float64]


class Judged(NamedTuple):
    """Hold the rows that weigh something. answers: float64 (N, C) or (N, M)."""

    targets: NDArray[Any]
    answers: Numbers
    weights: Numbers


def judged(
    targets: NDArray[Any], answers: NDArray[Any], weights: NDArray[Any] | None
) -> Judged:
    """Leave out the rows that weigh nothing: no figure is to depend on them.

    Raises:
        DataError: no row weighs anything, or the shapes do not fit.
    """
    given = np.ones(len(targets)) if weights is None else np.asarray(weights)
    if not len(targets) == len(answers) == len(given) or np.ndim(answers) != 2:
        raise DataError(
            f"targets have the shape {np.shape(targets)}, answers "
            f"{np.shape(answers)}, weights {np.shape(given)}; give one of each for "
            "each row, and probabilities (N, C)."
        )
    kept = given > 0
    if not kept.any():
        raise DataError(
            f"none of {len(given)} rows weighs anything; give a part with at least one "
            "row of a weight above 0."
        )
    return Judged(
        np.asarray(targets)[kept],
        np.asarray(answers, np.float64)[kept],
        given[kept].astype(np.float64),
    )
