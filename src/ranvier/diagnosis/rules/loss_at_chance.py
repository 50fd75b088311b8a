"""loss_at_chance: a network that knows no more than one answer for all rows."""

import math
from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import (
    is_stepping,
    searched,
    with_activation,
    with_usual_start,
)
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule

_ALL, _MOST = 0.97, 0.9  # of what can be learnt, still to be learnt


class LossAtChance(Rule):
    """Look for a loss that any constant answer has too."""

    code = "loss-at-chance"
    what = "Training rows are answered no better than by one answer for all of them."
    why = (
        "the network has learnt how often each answer is right, and nothing of what "
        "the inputs say: no gradient reaches its weights, its steps are far too small "
        "or too large, or the inputs do not tell the targets"
    )
    evidence = (
        "The loss of the best weights on training rows, beside that of the best single "
        "answer: the shares of the classes, or the mean of the targets."
    )
    remedy = (
        "see the other findings for the reason; else train at the rate that "
        'learning_rate="auto" finds, and look whether the inputs belong to the targets'
    )
    ignore = "The targets are known to be noise, or nearly so."
    source = "Karpathy 2019, A recipe for training neural networks"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where nine tenths or more of what can be learnt are missing."""
        left, chance = self._left(case)
        if left < _MOST:
            return
        yield self.found(
            "error" if left >= _ALL else "warning",
            f"the best weights miss {left:.0%} of what separates perfect answers from "
            f"chance, a loss of {chance:.4g}",
        )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a rate that is searched for, the usual start, and silu."""
        if is_stepping(case.recipe):
            yield searched(case)
        started = with_usual_start(case.network)
        silu = with_activation(started, ("sigmoid", "tanh", "relu"), "silu")
        yield Treatment("the usual first weights", started, case.recipe)
        yield Treatment("silu in hidden layers", silu, case.recipe)

    def _left(self, case: Case) -> tuple[float, float]:
        """Return the share that is not learnt, and the loss of chance.

        Without the data, that of classes which are all as frequent is taken.
        """
        if case.unlearnt is not None and case.bounds is not None:
            return case.unlearnt, case.bounds.chance
        classes, losses = len(case.schema.classes), case.curves.loss
        if case.loss.type != "cross_entropy" or classes < 2 or not len(losses):
            return 0.0, 0.0
        chance = math.log(classes)
        return float(losses.min()) / chance, chance
