"""plateau: a loss that stands still where it could fall."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ranvier.diagnosis.attempt import Attempt
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import (
    is_stepping,
    searched,
    with_activation,
    with_rate_times,
)
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.recipe import Constant

_EPOCHS = 6  # fewer tell too little
_LONG = 0.3  # of the epochs, at least 3
_STILL = 0.02  # of what can be learnt: what a plateau may gain in all
_GAIN = 0.08  # of what can be learnt: what lies beyond it
_RATES = (0.1, 1.0, 10.0, 100.0)


class Plateau(Rule):
    """Look for epochs that gain nothing, with much to gain beyond them."""

    code = "plateau"
    what = "For many epochs the loss stands still, though it can fall further."
    why = (
        "the weights have come to where the loss is almost level, or the schedule has "
        "taken the rate away: each step is too short to get out, or too long to go down"
    )
    evidence = (
        "The last third of the epochs, or more, gained less than a fiftieth of what "
        "can be learnt, and some hundred steps more at another rate gain clearly. Or "
        "the first third did, and the loss fell after it."
    )
    remedy = "change the learning rate, keep the schedule from lowering it so early"
    ignore = "The loss is as low as it is for anybody on these data."
    source = "SageMaker Debugger, LossNotDecreasing; bounds by measurement"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a plateau at the end, or else one at the start."""
        if case.curves.epochs < _EPOCHS or not case.span:
            return
        end = self._at_end(case)
        if end is not None:
            yield end
        else:
            yield from self._at_start(case)

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a steady rate, other rates, and silu in place of what saturates."""
        recipe = case.recipe
        if not is_stepping(recipe):
            return
        if not isinstance(recipe.schedule, Constant):
            steady = replace(recipe, schedule=Constant())
            yield Treatment("schedule=constant", case.network, steady)
        yield searched(case)
        for factor in (10.0, 0.1, 100.0):
            changed = with_rate_times(recipe, factor)
            rate = changed.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", case.network, changed)
        silu = with_activation(case.network, ("sigmoid", "tanh"), "silu")
        yield Treatment("silu in hidden layers", silu, recipe)

    def _at_end(self, case: Case) -> Finding | None:
        losses, attempts = case.curves.judged, case.attempts
        since = _since(losses, _STILL * case.span)
        if len(losses) - since < max(3, _LONG * len(losses)):
            return None
        if not attempts.can_gain(_GAIN):
            return None
        tried = map(attempts.after, attempts.higher(_RATES))
        best = min(tried, key=_loss, default=None)
        if best is None or not attempts.gains(best, _GAIN):
            return None
        return self.found(
            "error" if case.has_failed else "warning",
            f"the last {len(losses) - since} of {len(losses)} epochs gained less than "
            f"{_STILL * case.span:.2g}; {best.steps} steps more at a learning rate of "
            f"{best.rate:.3g} bring the loss of {attempts.part} rows from "
            f"{attempts.best.loss:.4g} to {best.loss:.4g}",
        )

    def _at_start(self, case: Case) -> Iterator[Finding]:
        losses = case.curves.loss
        above = losses > losses[0] - _STILL * case.span
        still = len(losses) if above.all() else int(above.argmin())
        fell = losses[0] - losses.min() > _GAIN * case.span
        if fell and still >= max(3, _LONG * len(losses)):
            yield self.found(
                "warning",
                f"the first {still} of {len(losses)} epochs gained less than "
                f"{_STILL * case.span:.2g}; then the training loss fell from "
                f"{losses[still - 1]:.4g} to {losses.min():.4g}",
            )


def _since(losses: np.ndarray, least: float) -> int:
    """Return how many epochs there were until all but `least` was gained."""
    return int((losses <= losses.min() + least).argmax()) + 1


def _loss(attempt: Attempt) -> float:
    return attempt.loss
