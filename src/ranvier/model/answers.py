"""answers: a network's outputs → classes, probabilities or values."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Schema
from ranvier.errors import DataError
from ranvier.training.calibration import at_temperature

Outputs = NDArray[np.float32]
Classes = NDArray[np.intp]
Numbers = NDArray[np.float64]


def check_outputs(
    outputs: Outputs, called: Callable[[int], str] = "row {}".format
) -> None:
    """Make sure that outputs (N, M) are finite numbers.

    called: gives what a row is called, by its place.

    Raises:
        DataError: the inputs were so large that the network's numbers overflowed.
    """
    if math.isfinite(outputs.sum(dtype=np.float64)):  # float32 cannot overflow it
        return
    finite = np.isfinite(outputs).all(axis=1)
    raise DataError(
        f"for {called(int(finite.argmin()))} the network gives no finite number; its "
        "values lie far outside those of the training: check their units."
    )


def class_numbers(outputs: Outputs) -> Classes:
    """Return the class number of each row (N,) of outputs (N, M).

    The largest output wins; a single output above 0.5 is the second class.
    """
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0.5).astype(np.intp)
    largest: Classes = outputs.argmax(axis=1)
    return largest


def probabilities(outputs: Outputs) -> Outputs:
    """Return how sure the network is of each class: rows (N, classes) that sum to 1.

    Softmax gives that itself. A single output p is read as (1 - p, p); of any other
    outputs, negative ones count as 0, and each row is divided by its sum.
    """
    if outputs.shape[1] == 1:
        second = outputs.clip(0, 1)
        return np.concatenate([1 - second, second], axis=1)
    positive = outputs.clip(0)
    total = positive.sum(axis=1, keepdims=True)
    even = np.float32(1 / outputs.shape[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, positive / total, even)


def second_chances(outputs: Outputs, temperature: float) -> Numbers:
    """Return how probable the second of two classes is, (N,) float64."""
    chances = at_temperature(probabilities(outputs), temperature).astype(np.float64)
    second: Numbers = (chances / chances.sum(axis=1, keepdims=True))[:, 1]
    return second


def decided(outputs: Outputs, temperature: float, threshold: float) -> Classes:
    """Return the class number of each row (N,): the second class above `threshold`.

    At 0.5, and of more than two classes, the most probable one.
    """
    if threshold == 0.5:
        return class_numbers(outputs)
    return (second_chances(outputs, temperature) > threshold).astype(np.intp)


def label_pairs(outputs: Outputs) -> Outputs:
    """Return how sure the network is of no and of yes, label after label: (N M, 2)."""
    return probabilities(outputs.reshape(-1, 1))


def label_chances(outputs: Outputs, temperature: float) -> Outputs:
    """Return how probable each label is (N, M), from outputs (N, M) of sigmoid.

    >>> label_chances(np.array([[0.8, 0.5]]), 2.0).round(2)
    array([[0.67, 0.5 ]])
    """
    chances = at_temperature(label_pairs(outputs), temperature)
    return chances[:, 1].reshape(outputs.shape)


def class_names(schema: Schema) -> NDArray[Any]:
    """Return the names of the classes, as integers where all are such.

    >>> class_names(Schema("digits", (2,), "classification", ("0", "1"), 2))
    array([0, 1])
    """
    names = schema.classes
    if all(re.fullmatch("0|-?[1-9][0-9]{0,17}", name) for name in names):
        return np.array([int(name) for name in names])
    return np.array(names)
