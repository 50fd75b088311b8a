"""bounds: how well the rows can be answered without a look at their inputs."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.reference.array import Array
from ranvier.engine.reference.losses import row_losses, wanted
from ranvier.recipe import Loss


class Bounds(NamedTuple):
    """Hold the mean losses between which a training moves.

    floor: that of perfect answers. chance: that of one and the same answer for all
    rows, the best there is.
    """

    floor: float
    chance: float

    @property
    def width(self) -> float:
        """How much there is to learn; 0 where all targets are alike."""
        return max(self.chance - self.floor, 0.0)

    def unlearnt(self, loss: float) -> float:
        """Return the share of it that a loss has left, 1 being chance."""
        return (loss - self.floor) / self.width if self.width else 0.0


def bounds_of(
    loss: Loss,
    targets: NDArray[Any],
    units: int,
    activation: str,
    weights: NDArray[np.float32] | None = None,
) -> Bounds:
    """Return the bounds of a loss over some rows.

    targets: (N,) class numbers or (N, M) values. units: the number of outputs, M.
    activation: that of the output layer. weights: (N,) of the rows.
    """
    shown = _smoothed(loss, wanted(targets, units))
    answer = np.tile(_constant(loss, shown, weights), (len(shown), 1))
    perfect = np.where(shown > 0.5, 1.0, -1.0) if loss.type == "hinge" else shown
    means = (
        np.average(row_losses(loss, said, targets, activation), weights=weights)
        for said in (perfect, answer)
    )
    return Bounds(*map(float, means))


def _smoothed(loss: Loss, y: Array) -> Array:
    """Return the targets (N, M) that a loss with label smoothing really wants."""
    share = getattr(loss, "label_smoothing", 0.0)
    spread = y.shape[1] if loss.type == "cross_entropy" else 2
    smoothed: Array = y * (1 - share) + share / spread
    return smoothed


def _constant(loss: Loss, y: Array, weights: NDArray[np.float32] | None) -> Array:
    """Return the one answer (M,) of least loss; of focal, one that is near it."""
    if loss.type in ("mae", "quantile"):
        middle: Array = np.quantile(y, getattr(loss, "quantile", 0.5), axis=0)
        return middle
    mean: Array = np.average(y, axis=0, weights=weights)
    return np.where(mean > 0.5, 1.0, -1.0) if loss.type == "hinge" else mean
