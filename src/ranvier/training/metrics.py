"""metrics: where a network is right, and where it is wrong."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Mistake(NamedTuple):
    """Name a row that was given the wrong class.

    row: its place in the data set, from 0.
    truth, answer: class numbers.
    confidence: how sure the network was of its answer, from 0 to 1.
    """

    row: int
    truth: int
    answer: int
    confidence: float


def confusion(
    targets: NDArray[np.int32], answers: NDArray[np.integer], classes: int
) -> NDArray[np.int64]:
    """Count the rows of each class (down) that were given each class (across).

    targets, answers: (N,) class numbers. Returns (classes, classes).

    >>> confusion(np.array([0, 1, 1]), np.array([0, 0, 1]), 2).tolist()
    [[1, 0], [1, 1]]
    """
    pairs = targets.astype(np.int64) * classes + answers
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def mistakes(
    targets: NDArray[np.int32],
    answers: NDArray[np.integer],
    probabilities: NDArray[np.float32],
) -> list[Mistake]:
    """Return the wrong rows, those first of which the network was surest.

    targets, answers: (N,) class numbers. probabilities: (N, classes).
    """
    wrong = np.flatnonzero(targets != answers)
    sure = probabilities[wrong, answers[wrong]]
    order = np.argsort(-sure, kind="stable")
    return [
        Mistake(int(row), int(targets[row]), int(answers[row]), float(confidence))
        for row, confidence in zip(wrong[order], sure[order], strict=True)
    ]
