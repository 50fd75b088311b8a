"""too_few_epochs: a training that was cut off while it still learnt."""

from collections.abc import Iterator
from dataclasses import replace

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule

_GAIN = 0.06  # of what can be learnt
_LAST = 0.9  # of the epochs: the best is not before
_FIFTH = 5
_EPOCHS = 5


class TooFewEpochs(Rule):
    """Look for a loss that was still falling at the end."""

    code = "too-few-epochs"
    what = "The last epoch was the best, and the loss was still falling."
    why = "the training ended before it had learnt what this network can learn"
    evidence = (
        "The best epoch is among the last tenth; and some hundred steps more, from the "
        "best weights on and at the same rate, lower the loss of validation rows "
        "clearly. Without the data: the last fifth of the epochs lowered it clearly."
    )
    remedy = "give more epochs, as in ranvier.resume(folder, epochs=…)"
    ignore = "The run was a first try, or time is short."
    source = "Godbole et al. 2023, Deep learning tuning playbook: how long to train"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where as many steps again gain a sixteenth of what can be learnt."""
        curves, run = case.curves, case.run
        is_cut = curves.epochs >= case.recipe.epochs and not run.failure
        if not is_cut or run.best_epoch < _LAST * curves.epochs:
            return
        if case.attempts.can_gain(_GAIN):
            yield from self._tried(case)
        elif case.parts is None:
            yield from self._falling(case)

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield three, ten and thirty times as many epochs."""
        for factor in (3, 10, 30):
            recipe = replace(case.recipe, epochs=case.recipe.epochs * factor)
            yield Treatment(f"epochs={recipe.epochs}", case.network, recipe)

    def _tried(self, case: Case) -> Iterator[Finding]:
        attempts = case.attempts
        longer = attempts.after(1.0)
        if attempts.gains(longer, _GAIN):
            yield self.found(
                "error" if case.has_failed else "warning",
                f"the best epoch was {case.run.best_epoch} of {case.curves.epochs}; "
                f"{longer.steps} steps more bring the loss of {attempts.part} rows "
                f"from {attempts.best.loss:.4g} to {longer.loss:.4g}",
            )

    def _falling(self, case: Case) -> Iterator[Finding]:
        losses, fifth = case.curves.judged, case.curves.epochs // _FIFTH
        if case.curves.epochs < _EPOCHS:
            return
        gained = losses[-2 * fifth : -fifth].mean() - losses[-fifth:].mean()
        if gained > _GAIN * case.span:
            yield self.found(
                "warning",
                f"the best epoch was {case.run.best_epoch} of {case.curves.epochs}; "
                f"the last {fifth} lowered the loss by {gained:.2g}, to "
                f"{losses[-1]:.4g}",
            )
