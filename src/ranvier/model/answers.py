"""answers: a network's outputs → classes, probabilities or values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Schema

Outputs = NDArray[np.float32]
Classes = NDArray[np.intp]


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


def class_names(schema: Schema) -> NDArray[Any]:
    """Return the names of the classes, as integers where all are such.

    >>> class_names(Schema("digits", (2,), "classification", ("0", "1"), 2))
    array([0, 1])
    """
    names = schema.classes
    if all(name.lstrip("-").isdecimal() and str(int(name)) == name for name in names):
        return np.array([int(name) for name in names])
    return np.array(names)
