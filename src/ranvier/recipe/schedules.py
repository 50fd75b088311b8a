"""schedules: how the learning rate changes while a network learns.

A schedule gives shares of the optimizer's learning rate, a pure function of the step
and, for ReduceOnPlateau, of the epochs before: a resumed training takes the same
steps. With a warm-up, a schedule starts when that has ended. Those that run over all
steps, Cosine and OneCycle, end with the recipe's last epoch, whether or not the
training stops earlier.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ranvier.description import Must, description
from ranvier.recipe.stopping import Judged, cost
from ranvier.registry import Registry

Numbers = NDArray[np.float64]

Factor = Annotated[
    float,
    Field(gt=0, le=1),
    Must("above 0 and at most 1", 'for a rate that stays, use "constant"'),
]
Share = Annotated[
    float,
    Field(ge=0, le=1),
    Must("a share of the learning rate, from 0 to 1", "0.0 is usual"),
]


class Schedule(Protocol):
    """Describe how the rate changes: `type` is its name."""

    type: ClassVar[str]

    def shares(self, steps: Numbers, total: int, per_epoch: int) -> Numbers:
        """Return the share of the learning rate at each of `steps`, of `total`."""


@description
class Constant:
    """Keep the learning rate as it is."""

    type: ClassVar[str] = "constant"

    def shares(self, steps: Numbers, total: int, per_epoch: int) -> Numbers:
        """Return ones."""
        return np.ones_like(steps)


@description
class Step:
    """Multiply the rate by `factor` after `every` epochs, and again."""

    type: ClassVar[str] = "step"

    every: Annotated[
        int, Field(ge=1), Must("a positive integer of epochs", "10 is usual")
    ] = 10
    factor: Factor = 0.1

    def shares(self, steps: Numbers, total: int, per_epoch: int) -> Numbers:
        """Return factor^(epochs // every)."""
        return np.power(self.factor, steps // per_epoch // self.every)


@description
class Exponential:
    """Multiply the rate by `factor` after every epoch."""

    type: ClassVar[str] = "exponential"

    factor: Factor = 0.95

    def shares(self, steps: Numbers, total: int, per_epoch: int) -> Numbers:
        """Return factor^epochs."""
        return np.power(self.factor, steps // per_epoch)


@description
class Cosine:
    """Fall along half a cosine, step by step, to `final` of the rate.

    Loshchilov and Hutter 2017, equation 5, without restarts.
    """

    type: ClassVar[str] = "cosine"

    final: Share = 0.0

    def shares(self, steps: Numbers, total: int, per_epoch: int) -> Numbers:
        """Return final + (1 - final) (1 + cos(pi step / total)) / 2."""
        return _bent(1.0, self.final, steps / total)


@description
class OneCycle:
    """Rise from `start` of the rate to all of it, then fall to `final` of it.

    rise: the share of the steps that go up. Both ways are half a cosine.
    Smith and Topin 2018, section 3, as in PyTorch.
    """

    type: ClassVar[str] = "one_cycle"

    start: Share = 1 / 25
    final: Share = 1e-4
    rise: Annotated[
        float, Field(gt=0, lt=1), Must("above 0 and below 1", "0.3 is usual")
    ] = 0.3

    def shares(self, steps: Numbers, total: int, per_epoch: int) -> Numbers:
        """Return the way up to the step `rise` total - 1, then that down to the last.

        A way of less than one step is left out.
        """
        peak = max(self.rise * total - 1, 0.0)
        up = _bent(self.start, 1.0, steps / (peak or 1.0))
        down = _bent(1.0, self.final, (steps - peak) / ((total - 1 - peak) or 1.0))
        return np.where(steps < peak, up, down)


@description
class ReduceOnPlateau:
    """Multiply the rate by `factor` whenever learning stands still.

    That is, when `monitor` has not got better for `patience` epochs; it is read as
    that of `EarlyStopping`, whose patience should be longer.
    """

    type: ClassVar[str] = "reduce_on_plateau"

    factor: Factor = 0.1
    patience: Annotated[
        int, Field(ge=1), Must("a positive integer of epochs", "3 is usual")
    ] = 3
    monitor: Annotated[
        Literal["val_loss", "val_accuracy", "loss", "accuracy"],
        Must("val_loss, val_accuracy, loss or accuracy", "val_loss suits most"),
    ] = "val_loss"

    def shares(self, steps: Numbers, total: int, per_epoch: int) -> Numbers:
        """Return ones: what falls is told by `plateaus`."""
        return np.ones_like(steps)

    def plateaus(self, history: Sequence[Judged]) -> int:
        """Return how often the rate has fallen after the epochs of `history`."""
        best, waited, fallen = np.inf, 0, 0
        for epoch in history:
            value = cost(self.monitor, epoch)
            best, waited = (value, 0) if value < best else (best, waited + 1)
            if waited == self.patience:
                fallen, waited = fallen + 1, 0
        return fallen


SCHEDULES: Registry[type[Schedule]] = Registry(
    "schedule",
    {
        schedule.type: schedule
        for schedule in (
            Constant,
            Step,
            Exponential,
            Cosine,
            OneCycle,
            ReduceOnPlateau,
        )
    },
)


def _bent(start: float, end: float, way: Numbers) -> Numbers:
    """Return the values along half a cosine from `start` to `end`, at 0 to 1 of it."""
    return end + (start - end) * (1 + np.cos(np.pi * way)) / 2
