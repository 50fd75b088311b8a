"""diverged: a loss that ran away, to numbers that are not finite or nearly so."""

from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import is_stepping, searched, with_clip, with_rate_times
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule

_FAR = 2.0  # times the loss of chance: worse than to know nothing
_RISEN = 1.5  # times the least


class Diverged(Rule):
    """Look for a loss that ran away."""

    code = "diverged"
    what = "The loss grew until its numbers were not finite, or far beyond chance."
    why = (
        "each step overshot by more than the one before: the learning rate is too "
        "high, or the numbers that go in are too large for it"
    )
    evidence = (
        "The run broke off in a number that is not finite; or the loss of training "
        "rows ended at more than twice that of chance, and half as much again as its "
        "least."
    )
    remedy = (
        "take a tenth of the learning rate, scale inputs and targets to values near 1, "
        "or clip the gradients"
    )
    ignore = "Never: what came after it is worth nothing."
    source = (
        "AUTOTRAINER (Zhang et al. 2021), exploding loss; Goodfellow et al. 2016, 8.2"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield where the numbers broke, or how far the loss ran away."""
        if case.run.failure:
            yield self._broken(case, case.run.failure)
        elif case.curves.epochs > 1:
            yield from self._far(case)

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield lower rates, a search for one, and clipped gradients."""
        if not is_stepping(case.recipe):
            return
        for factor in (0.1, 0.01):
            slower = with_rate_times(case.recipe, factor)
            rate = slower.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", case.network, slower)
        yield searched(case)
        yield Treatment("global_norm=1", case.network, with_clip(case.recipe, 1.0))

    def _broken(self, case: Case, failure: str) -> Finding:
        named = (name for name in case.layers if f"{name} gave" in failure)
        losses = case.curves.loss
        before = f"; the loss before was {losses[-1]:.4g}" if len(losses) else ""
        return self.found("error", failure + before, where=next(named, ""))

    def _far(self, case: Case) -> Iterator[Finding]:
        losses, bounds = case.curves.loss, case.bounds
        if bounds is None or not bounds.width:
            return
        far = bounds.floor + _FAR * bounds.width
        if losses[-1] > max(far, losses.min() + (_RISEN - 1) * abs(losses.min())):
            yield self.found(
                "error" if case.has_failed else "warning",
                f"the loss ended at {losses[-1]:.4g}, after {losses.min():.4g} in "
                f"epoch {losses.argmin() + 1}; chance is {bounds.chance:.4g}",
            )
