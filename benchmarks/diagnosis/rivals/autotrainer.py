"""autotrainer: the rules that AUTOTRAINER is published with, stated anew.

Zhang, Zhai, Ma and Shen, AUTOTRAINER: an automatic DNN training problem detection and
repair system, ICSE 2021, with the thresholds that its own code starts from. There the
first and worst problem ends the watch, since it is mended at once; here the watch goes
on, so that all problems are named, and every epoch is looked at, not every third.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.watched import Watched

VANISHED, FAINT = 1e-3, 1e-4
"""Of the first layer's gradient: its share of the last one's, and its length."""
EXPLODED = 70.0
"""So many times the last layer's gradient is that of the first."""
DYING = 0.7
"""Of all gradients, so many are exactly 0."""
BROKEN = 1e3
"""A loss as high as this is as one that is not finite."""
BEGUN = 0.3
"""Of the epochs, so many pass before the curves are judged."""
GOOD = 0.7
"""A training with this accuracy has converged."""
SLOW = 0.01
"""A training whose accuracy never gains as much in an epoch is slow."""
SWING, SWINGS = 0.03, 0.2
"""The accuracy swings by so much, in so many of the epochs."""
SURE, GAP, SMALL_GAP = 0.9, 0.1, 0.07
"""Above `SURE`, the smaller gap between both accuracies is too large."""
TURN = 0.01
"""The training loss falls by more, the other rises by more."""
OFTEN = 1
"""More often than so, a gap or a turn is overfitting."""

POINTS_AT = {
    "explode": {
        "exploding-gradients",
        "diverged",
        "learning-rate-too-high",
        "poor-initialization",
        "unscaled-inputs",
    },
    "vanish": {
        "vanishing-gradients",
        "poor-initialization",
        "saturated-units",
        "loss-at-chance",
    },
    "relu": {"dead-units", "idle-units", "loss-at-chance"},
    "not_converge": {
        "learning-rate-too-low",
        "learning-rate-at-edge",
        "plateau",
        "loss-at-chance",
        "underfitting",
        "batch-too-large",
    },
    "unstable": {"oscillating-loss", "learning-rate-too-high", "batch-too-small"},
    "overfit": {"overfitting", "overconfidence", "too-many-epochs"},
}
"""For each of its problems, the illnesses that it or its remedies are about."""


class Trail(NamedTuple):
    """Hold curves up to an epoch, of so many planned; of values, no accuracy."""

    loss: NDArray[np.float64]
    val_loss: NDArray[np.float64]
    accuracy: NDArray[np.float64] | None
    val_accuracy: NDArray[np.float64] | None
    planned: int

    @property
    def is_judged(self) -> bool:
        """Whether enough epochs have passed."""
        return len(self.loss) >= BEGUN * self.planned

    @property
    def is_broken(self) -> bool:
        """Whether a loss is not finite, or beyond all bounds."""
        both = np.append(self.loss, self.val_loss)
        return not np.isfinite(both).all() or float(self.val_loss[-1]) >= BROKEN


def judge(watched: Watched) -> Said:
    """Return the problems that any of the checks finds, one after each epoch."""
    found = {"explode"} if watched.run.failure else set()
    ill: set[str] = set()
    gaps = 0
    _, *looks = watched.looks()
    for epoch, look in enumerate(looks, 1):
        trail = _trail(watched, epoch)
        if trail.is_broken:
            found.add("explode")
            break
        ill |= of_gradients(look.gradients)
        gaps += trail.is_judged and has_gap(trail)
        found |= of_curves(trail, ill)
        if trail.is_judged and (gaps > OFTEN or turned(trail) > OFTEN):
            found.add("overfit")
    return Said.loudly(found)


def of_gradients(gradients: Mapping[str, NDArray[np.float64]]) -> set[str]:
    """Return what is wrong with the gradients of a batch, the first layer's first."""
    every = np.concatenate([one.ravel() for one in gradients.values()])
    if not np.isfinite(every).all():
        return {"explode"}
    kernels = [one for name, one in gradients.items() if name.endswith("weight")]
    first, last = (float(np.linalg.norm(kernels[at])) for at in (0, -1))
    ratio = first / last if last else 0.0
    said = {
        "vanish": ratio < VANISHED and first < FAINT,
        "explode": ratio > EXPLODED,
        "relu": float((every == 0).mean()) >= DYING,
    }
    return {name for name, is_so in said.items() if is_so}


def of_curves(trail: Trail, ill: set[str]) -> set[str]:
    """Return the problems of a training, given what its gradients have shown so far.

    Gradients count where the accuracy is poor or slow; without one, at once.
    """
    if not trail.is_judged:
        return set()
    if trail.accuracy is None or trail.val_accuracy is None:
        return ill
    both = (trail.accuracy, trail.val_accuracy)
    is_slow = all(_gain(one) < SLOW for one in both)
    found = {"unstable"} if swings(trail.accuracy) else set()
    if is_slow:
        found.add("not_converge")
    if is_slow or any(one.max() < GOOD for one in both):
        found |= ill
    return found


def swings(accuracy: NDArray[np.float64]) -> bool:
    """Tell whether highs and lows of the accuracy lie far apart, and often."""
    before, here, after = accuracy[:-2], accuracy[1:-1], accuracy[2:]
    highs = here[(here >= before) & (here >= after)]
    lows = here[(here <= before) & (here <= after)]
    pairs = zip(highs, lows, strict=False)
    count = sum(high - low >= SWING for high, low in pairs)
    return bool(count >= SWINGS * len(accuracy))


def has_gap(trail: Trail) -> bool:
    """Tell whether training rows are answered much better than others."""
    if trail.accuracy is None or trail.val_accuracy is None:
        return False
    reached = float(trail.accuracy[-1])
    gap = reached - float(trail.val_accuracy[-1])
    return gap >= (SMALL_GAP if reached > SURE else GAP)


def turned(trail: Trail) -> int:
    """Return in how many of the last epochs one loss fell while the other rose."""
    falls = np.diff(trail.loss) < -TURN
    rises = np.diff(trail.val_loss) > TURN
    both: Sequence[bool] = list(falls & rises)[::-1]
    return both.index(False) if False in both else len(both)


def _gain(accuracy: NDArray[np.float64]) -> float:
    """Return the most that an epoch has gained."""
    return float(np.diff(accuracy).max(initial=0.0))


def _trail(watched: Watched, epoch: int) -> Trail:
    curves, planned = watched.curves, watched.run.recipe.epochs
    has_classes = bool(watched.run.schema.classes)
    return Trail(
        curves.loss[:epoch],
        curves.val_loss[:epoch],
        curves.accuracy[:epoch] if has_classes else None,
        curves.val_accuracy[:epoch] if has_classes else None,
        planned,
    )
