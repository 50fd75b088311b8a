"""curves: the history of a run as arrays, and what can be read off them."""

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ranvier.training import Epoch

Numbers = NDArray[np.float64]


class Curves:
    """Hold the curves of a run: (E,) a value for each epoch.

    val_loss, accuracy, val_accuracy: NaN where there is no such figure.
    """

    def __init__(self, history: Sequence[Epoch]) -> None:
        self.loss = _column(history, "loss")
        self.val_loss = _column(history, "val_loss")
        self.accuracy = _column(history, "accuracy")
        self.val_accuracy = _column(history, "val_accuracy")
        self.seconds = _column(history, "seconds")
        self.learning_rate = _column(history, "learning_rate")
        self.gradient_norms = {
            layer: np.array([epoch.gradient_norms[layer] for epoch in history])
            for layer in (history[0].gradient_norms if history else ())
        }

    @property
    def epochs(self) -> int:
        """How many epochs there were."""
        return len(self.loss)

    @property
    def has_validation(self) -> bool:
        """Whether rows were set aside to judge by."""
        return self.epochs > 0 and not math.isnan(self.val_loss[0])

    @property
    def judged(self) -> Numbers:
        """The losses on validation rows, else those on training rows."""
        return self.val_loss if self.has_validation else self.loss

    @cached_property
    def noise(self) -> float:
        """The standard deviation of the judged loss around its own course.

        Of the second differences, the median size is taken, so that neither the course
        nor a single jump counts (Gasser, Sroka and Jennen-Steinmetz 1986, section 2).
        """
        if self.epochs < 4:
            return 0.0
        bends = np.abs(np.diff(self.judged, 2))
        return float(np.median(bends) / 0.6745 / math.sqrt(6))


def _column(history: Sequence[Epoch], name: str) -> Numbers:
    values = [getattr(epoch, name) for epoch in history]
    return np.array([math.nan if value is None else value for value in values], float)
