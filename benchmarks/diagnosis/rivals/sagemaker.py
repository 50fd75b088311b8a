"""sagemaker: the built-in rules of Amazon SageMaker Debugger, stated anew.

With the default thresholds of its documentation; those of its rules are left out that
have no defaults, or are about pictures, texts or trees. It looks at every 500th step
if it is not told otherwise; here it is told to look before the training and after
every epoch. A rule that has fired once has fired.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.watched import Look, Watched, Weights

Array = NDArray[np.float64]

FAINT = 1e-7
"""Mean size of a gradient: below it, it has vanished."""
LARGE, SMALL, LEAST = 10.0, 1e-8, 1e-9
"""Sizes of an update beside its weights; the last keeps the share finite."""
INACTIVE, IN_LAYER = 0.01, 0.5
"""Of the rows, and of the units of a layer: dead or saturated ones."""
STEEP = {"sigmoid": (-23.0, 17.0), "tanh": (-9.4999, 9.4999)}
"""Sums at which an activation is not flat."""
VARIANCES, SPREAD = 10.0, 1e-3
"""Of sums in different layers; of a layer's gradients, from 5 to 95 %."""
STEPS, DECREASE = 10, 0.001
"""In so many checks a loss falls by this share."""
GAP = 0.1
"""Of the training loss: by so much the other is higher."""
NEW_BEST, TRAIN_FLAT, VALIDATION_FLAT = 0.1, 5, 10
"""By how much a new best is better, and how many checks pass without one."""
IMBALANCE, MISSED = 10.0, 0.7
"""Rows of the largest class for one of the smallest; of a class, wrong answers."""
SAME, RELATIVE, ABSOLUTE = 3, 1e-5, 1e-8
"""So many looks at weights in a row that are the same within these bounds."""

POINTS_AT = {
    "VanishingGradient": {"vanishing-gradients", "saturated-units", "dead-units"},
    "ExplodingTensor": {
        "exploding-gradients",
        "diverged",
        "learning-rate-too-high",
        "unscaled-inputs",
    },
    "WeightUpdateRatio, large": {
        "learning-rate-too-high",
        "oscillating-loss",
        "diverged",
        "exploding-gradients",
        "poor-initialization",
    },
    "WeightUpdateRatio, small": {
        "learning-rate-too-low",
        "plateau",
        "vanishing-gradients",
        "learning-rate-at-edge",
    },
    "DeadRelu": {"dead-units", "idle-units"},
    "SaturatedActivation": {"saturated-units", "vanishing-gradients"},
    "PoorWeightInitialization": {
        "poor-initialization",
        "vanishing-gradients",
        "exploding-gradients",
        "saturated-units",
        "loss-at-chance",
    },
    "LossNotDecreasing": {
        "plateau",
        "loss-at-chance",
        "learning-rate-too-low",
        "learning-rate-too-high",
        "learning-rate-at-edge",
        "oscillating-loss",
        "diverged",
    },
    "Overfit": {"overfitting", "overconfidence", "too-many-epochs"},
    "Overtraining": {"too-many-epochs", "overfitting"},
    "ClassImbalance": {"imbalance-ignored"},
    "UnchangedTensor": {
        "learning-rate-too-low",
        "plateau",
        "vanishing-gradients",
        "dead-units",
        "idle-units",
        "learning-rate-at-edge",
    },
    "AllZero": {
        "poor-initialization",
        "loss-at-chance",
        "dead-units",
        "idle-units",
    },
}
"""For each rule, the illnesses that it or its advice are about."""


def judge(watched: Watched) -> Said:
    """Return the rules that fire at any of the checks."""
    found = _of_curves(watched) | _of_weights(watched) | _of_classes(watched)
    for number, look in enumerate(watched.looks()):
        found |= _of_look(look, watched.activations)
        if number == 0 and poor_initialization(look.sums, look.gradients):
            found.add("PoorWeightInitialization")
    if watched.run.failure:
        found.add("ExplodingTensor")
    return Said.loudly(found)


def vanishing_gradient(gradients: Mapping[str, Array]) -> bool:
    """Tell whether any gradient has a mean size of next to nothing."""
    return any(float(np.abs(one).mean()) < FAINT for one in gradients.values())


def exploding_tensor(arrays: Mapping[str, Array]) -> bool:
    """Tell whether any number is not finite."""
    return not all(np.isfinite(one).all() for one in arrays.values())


def update_ratios(before: Weights, after: Weights) -> list[float]:
    """Return the mean size of each update, beside that of its weights."""
    names = [name for name in before if name.endswith("weight")]
    return [
        float(np.abs(after[name] - before[name]).mean())
        / (float(np.abs(before[name]).mean()) + LEAST)
        for name in names
    ]


def dead_relu(outputs: Array) -> bool:
    """Tell whether most units of a layer (N, M) are above 0 for hardly any row."""
    return bool(((outputs > 0).mean(axis=0) < INACTIVE).mean() > IN_LAYER)


def saturated(sums: Array, activation: str) -> bool:
    """Tell whether most units of a layer (N, M) are flat for nearly all rows."""
    low, high = STEEP[activation]
    is_steep = (sums > low) & (sums < high)
    return bool((is_steep.mean(axis=0) < INACTIVE).mean() > IN_LAYER)


def poor_initialization(sums: Mapping[str, Array], grads: Mapping[str, Array]) -> bool:
    """Tell whether layers differ much in variance, or have gradients all alike."""
    variances = [float(one.var()) for one in sums.values()]
    kernels = [one for name, one in grads.items() if name.endswith("weight")]
    spreads = [float(np.ptp(np.percentile(one, [5, 95]))) for one in kernels]
    differ = bool(variances) and max(variances) > VARIANCES * min(variances)
    return differ or min(spreads) < SPREAD


def loss_not_decreasing(loss: Array) -> bool:
    """Tell whether the loss has hardly fallen between checks that lie apart."""
    checked = loss[::STEPS]
    return bool((checked[1:] > checked[:-1] * (1 - DECREASE)).any())


def overfit(loss: Array, val_loss: Array) -> bool:
    """Tell whether the other loss is above that of training by more than a share."""
    return bool((val_loss - loss > GAP * loss).any())


def overtraining(loss: Array, val_loss: Array) -> bool:
    """Tell whether neither loss has had a new best for long."""
    train, other = (_checks_without_best(one) for one in (loss, val_loss))
    return bool(((train >= TRAIN_FLAT) & (other >= VALIDATION_FLAT)).any())


def class_imbalance(targets: NDArray[np.int_], right: NDArray[np.bool_]) -> bool:
    """Tell whether a class is rare, or mostly answered wrong; both of shape (N,)."""
    counts = np.bincount(targets)
    there = counts > 0
    wrong = np.bincount(targets, ~right)[there] / counts[there]
    rare = counts.max() > IMBALANCE * counts[there].min()
    return bool(rare or wrong.max() > MISSED)


def unchanged_tensor(weights: Sequence[Weights]) -> bool:
    """Tell whether any weights are the same at so many looks in a row."""
    return any(
        all(
            np.allclose(weights[at + back][name], weights[at][name], RELATIVE, ABSOLUTE)
            for back in range(1, SAME)
        )
        for at in range(len(weights) - SAME + 1)
        for name in weights[at]
        if name.endswith("weight")
    )


def all_zero(weights: Weights) -> bool:
    """Tell whether any weights are 0, all of them; a bias may begin so."""
    return any(
        not one.any() for name, one in weights.items() if name.endswith("weight")
    )


def _checks_without_best(loss: Array) -> NDArray[np.int_]:
    """Return for each check how many have passed since the last new best."""
    best, since, passed = float("inf"), -1, []
    for value in loss:
        is_best = value < best - NEW_BEST
        best, since = (float(value), 0) if is_best else (best, since + 1)
        passed.append(since)
    return np.array(passed)


def _of_look(look: Look, activations: Mapping[str, str]) -> set[str]:
    found = set()
    if exploding_tensor(look.gradients):
        found.add("ExplodingTensor")
    elif vanishing_gradient(look.gradients):
        found.add("VanishingGradient")
    for name, bend in activations.items():
        if bend == "relu" and dead_relu(look.outputs[name]):
            found.add("DeadRelu")
        if bend in STEEP and saturated(look.sums[name], bend):
            found.add("SaturatedActivation")
    return found


def _of_weights(watched: Watched) -> set[str]:
    weights, found = watched.weights, set()
    for before, after in pairwise(weights):
        ratios = update_ratios(before, after)
        if max(ratios) > LARGE:
            found.add("WeightUpdateRatio, large")
        # What an epoch changed was changed in so many steps.
        if min(ratios) / watched.steps < SMALL:
            found.add("WeightUpdateRatio, small")
    said = {
        "UnchangedTensor": unchanged_tensor(weights),
        "AllZero": any(map(all_zero, weights)),
    }
    return found | {name for name, is_so in said.items() if is_so}


def _of_curves(watched: Watched) -> set[str]:
    loss, val_loss = watched.curves.loss, watched.curves.val_loss
    said = {
        "LossNotDecreasing": loss_not_decreasing(loss),
        "Overfit": overfit(loss, val_loss),
        "Overtraining": overtraining(loss, val_loss),
    }
    return {name for name, is_so in said.items() if is_so}


def _of_classes(watched: Watched) -> set[str]:
    judged = watched.case.train
    if judged is None or judged.right is None:
        return set()
    is_so = class_imbalance(judged.targets.astype(int), judged.right)
    return {"ClassImbalance"} if is_so else set()
