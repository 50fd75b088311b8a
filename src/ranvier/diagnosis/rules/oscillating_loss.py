"""oscillating_loss: a loss that leaps up again and again."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import is_stepping, with_rate_times
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule

_EPOCHS = 6  # fewer tell too little
_LEAP, _MOST = (
    0.02,
    0.2,
)  # of what can be learnt: a rise that counts, and at most so much
_RISE = 0.02  # of what can be learnt: the mean rise of an epoch
_TIMES = 3


class OscillatingLoss(Rule):
    """Look for a training loss that leaps up in many epochs."""

    code = "oscillating-loss"
    what = "The loss of training rows leaps up again in many epochs."
    why = (
        "the steps are as long as the valley is wide, or the batches too small to "
        "agree on a direction: what one epoch gains the next one loses"
    )
    evidence = (
        "The training loss rises in three epochs or more, by a fiftieth of what can be "
        "learnt in the mean of all epochs."
    )
    remedy = (
        "take a third or a tenth of the learning rate, larger batches, or a schedule "
        "such as cosine"
    )
    ignore = "The loss falls all the same, and the best epoch is good enough."
    source = "AUTOTRAINER (Zhang et al. 2021), oscillating loss; bounds by measurement"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where an epoch rises by a fiftieth of what can be learnt."""
        losses, span = case.curves.loss, case.span
        if case.curves.epochs < _EPOCHS or not span:
            return
        rises = np.diff(losses) / span
        times = int((rises > _LEAP).sum())
        if times >= _TIMES and np.clip(rises, 0, _MOST).mean() >= _RISE:
            yield self.found(
                "error" if case.has_failed else "warning",
                f"in {times} of {len(rises)} epochs the training loss rose by more "
                f"than {_LEAP * span:.2g}, by {rises.max() * span:.3g} in one of them",
            )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield lower rates, a schedule, and larger batches."""
        recipe = case.recipe
        if not is_stepping(recipe):
            return
        for factor in (0.1, 0.3):
            slower = with_rate_times(recipe, factor)
            rate = slower.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", case.network, slower)
        yield Treatment(
            "schedule=cosine", case.network, replace(recipe, schedule="cosine")
        )
        larger = replace(recipe, batch_size=recipe.batch_size * 8)
        yield Treatment(f"batch_size={larger.batch_size}", case.network, larger)
