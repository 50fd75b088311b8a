"""divergence: where numbers stopped being finite, and what to try."""

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import EpochStatistics, Evaluation, Failure
from ranvier.recipe import Recipe


def broken_in(
    learnt: EpochStatistics,
    judged: Evaluation | None,
    parameters: Mapping[str, NDArray[np.float32]],
) -> str | None:
    """Name what an epoch left that is no finite number; None if all are."""
    return next(_broken(learnt, judged, parameters), None)


def remedy(epoch: int, failure: Failure | None, recipe: Recipe) -> str:
    """Say what to try after a failure in `epoch`."""
    if epoch == 1 and failure and failure.step == 0:
        return (
            "No step was taken yet: the inputs or the targets are too large; scale "
            "them to values near 1"
        )
    rate = recipe.optimizer.learning_rate
    return (
        f"The steps of {recipe.optimizer.type} were too large: try a learning_rate of "
        f"{rate / 10:.3g} instead of {rate:.3g}"
    )


def _broken(
    learnt: EpochStatistics,
    judged: Evaluation | None,
    parameters: Mapping[str, NDArray[np.float32]],
) -> Iterator[str]:
    if learnt.failure:
        yield f"what {learnt.failure.layer} gave at step {learnt.failure.step + 1}"
    for name, array in parameters.items():
        if not np.isfinite(array).all():
            yield f"a value of {name}"
    for layer, norm in learnt.gradient_norms.items():
        if not math.isfinite(norm):
            yield f"the gradient of {layer}"
    if not math.isfinite(learnt.loss):
        yield "the loss"
    if judged and not math.isfinite(judged.loss):
        yield "val_loss"
