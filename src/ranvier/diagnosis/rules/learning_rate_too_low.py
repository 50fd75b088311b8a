"""learning_rate_too_low: steps so short that the training ends on its way."""

from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import searched, with_rate_times
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule

_GAIN = 0.06  # of what can be learnt
_HIGHER = (10.0, 100.0, 1000.0)


class LearningRateTooLow(Rule):
    """Go on at higher rates from the best weights."""

    code = "learning-rate-too-low"
    what = "The steps of the training are too short."
    why = "so short steps do not reach what there is to learn in so many epochs"
    evidence = (
        "Some hundred steps more at ten, a hundred or a thousand times the rate, from "
        "the best weights on, reach a loss on validation rows which is clearly lower "
        "than any that the run had, and lower than as many more steps at the run's own "
        "rate do."
    )
    remedy = 'train at that higher rate, or find one by learning_rate="auto"'
    ignore = "The run fine-tunes weights that were good before."
    source = (
        "Smith 2017, section 3.3; CS231n, part 3: updates below 1e-3 of the weights"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where a higher rate gains a sixteenth of what can be learnt."""
        attempts = case.attempts
        if not attempts.can_gain(_GAIN):
            return
        same = attempts.after(1.0)
        higher = same
        for factor in attempts.higher(_HIGHER):
            tried = attempts.after(factor)
            if tried.loss >= higher.loss:
                break
            higher = tried
        if attempts.gains(higher, _GAIN) and attempts.gains(higher, _GAIN / 2, same):
            yield self.found(
                "error" if case.has_failed else "warning",
                f"from the best weights on, {higher.steps} steps at {higher.rate:.3g} "
                f"bring the loss of {attempts.part} rows from "
                f"{attempts.best.loss:.4g} to {higher.loss:.4g}, at the run's "
                f"{same.rate:.3g} to {same.loss:.4g}",
                remedy=f"train at a learning rate of {higher.rate:.2g}, or find one by "
                'learning_rate="auto"',
            )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a rate that is searched for, and ten to a thousand times the rate."""
        yield searched(case)
        for factor in _HIGHER:
            faster = with_rate_times(case.recipe, factor)
            rate = faster.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", case.network, faster)
