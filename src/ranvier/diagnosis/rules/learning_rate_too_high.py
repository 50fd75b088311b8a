"""learning_rate_too_high: steps so long that they leap over what they look for."""

from collections.abc import Iterator

from ranvier.diagnosis.attempt import Attempt
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import searched, with_rate_times
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule

_GAIN = 0.06  # of what can be learnt
_LOWER, _FAR_LOWER = (0.1, 0.01), (0.001, 1e-4)


class LearningRateTooHigh(Rule):
    """Try lower rates, from the best weights on and anew."""

    code = "learning-rate-too-high"
    what = "The steps of the training are too long."
    why = (
        "a step longer than the valley is wide lands on its other side, as high up or "
        "higher; the loss stays where the steps no longer fit"
    )
    evidence = (
        "A few hundred steps at a tenth or a hundredth of the rate, from the best "
        "weights on or from the first ones, reach a loss on validation rows which is "
        "clearly lower than any that the run had, and lower than as many more steps at "
        "the run's own rate do."
    )
    remedy = "train at that lower rate, or let a schedule such as cosine lower it"
    ignore = "The rate is high on purpose, as to compare with a published run."
    source = "LeCun, Bottou, Orr and Müller 1998, section 5; tried, not guessed"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where a lower rate gains a sixteenth of what can be learnt."""
        attempts = case.attempts
        if not attempts.can_gain(_GAIN):
            return
        same = attempts.after(1.0)
        for factor in _LOWER:
            lower = attempts.after(factor)
            if attempts.gains(lower, _GAIN) and attempts.gains(lower, _GAIN / 2, same):
                yield self._found(case, lower, f"{same.rate:.3g} to {same.loss:.4g}")
                return
        for factor in (*_LOWER, *(_FAR_LOWER if case.has_failed else ())):
            lower = attempts.anew(factor)
            if attempts.gains(lower, _GAIN):
                yield self._found(case, lower, "")
                return

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a tenth, a third and a hundredth of the rate, and a search for it."""
        for factor in (0.1, 0.3, 0.01):
            slower = with_rate_times(case.recipe, factor)
            rate = slower.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", case.network, slower)
        yield searched(case)

    def _found(self, case: Case, lower: Attempt, same: str) -> Finding:
        ours, part = case.attempts.best.loss, case.attempts.part
        start = "from the best weights on" if same else "from the first weights"
        beside = f", at {same}" if same else ""
        return self.found(
            "error" if case.has_failed else "warning",
            f"{start}, {lower.steps} steps at {lower.rate:.3g} bring the loss of "
            f"{part} rows to {lower.loss:.4g}{beside}; the best of the run, at "
            f"{case.attempts.rate:.3g}, is {ours:.4g}",
            remedy=f"train at a learning rate of {lower.rate:.2g}, or let a schedule "
            "such as cosine lower it",
        )
