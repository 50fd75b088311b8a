"""batch_too_large: so few steps an epoch that the training does not get far."""

from collections.abc import Iterator
from dataclasses import replace

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.noise import noise_of
from ranvier.diagnosis.rule import Rule
from ranvier.recipe import Recipe

_GAIN = 0.06  # of what can be learnt
_BEYOND = 8.0  # times the noise scale at the first weights
_SMALLER = (8, 32)


class BatchTooLarge(Rule):
    """Try smaller batches where rows in a batch say the same."""

    code = "batch-too-large"
    what = "The batches hold more rows than help, and so there are few steps."
    why = (
        "beyond the noise scale more rows in a batch hardly change its gradient; the "
        "same epochs in smaller batches would be many more steps as good"
    )
    evidence = (
        "Batches hold eight times the gradient noise scale of the first weights, or "
        "more; and the same epochs in batches an eighth as large, or smaller, reach a "
        "loss on validation rows which is clearly lower than any that the run had."
    )
    remedy = "take smaller batches; 32 rows suit most networks"
    ignore = "The rate is to be raised with the batch size, as for many machines."
    source = "McCandlish, Kaplan and Amodei 2018, section 2; tried, not guessed"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where the same rows in smaller batches would have taught more."""
        attempts, learnt = case.attempts, case.learnt
        if learnt is None or not attempts.can_gain(_GAIN):
            return
        size = min(case.recipe.batch_size, len(learnt.rows))
        noise = noise_of(case.first_program, learnt, case.recipe.seed)
        if noise is None or size < max(_BEYOND * noise.scale, _SMALLER[0]):
            return
        for recipe in _smaller(case.recipe, size):
            smaller = attempts.anew(1.0, recipe)
            if attempts.gains(smaller, _GAIN):
                yield self.found(
                    "error" if case.has_failed else "warning",
                    f"in batches of {recipe.batch_size} instead of {size}, "
                    f"{smaller.steps} steps bring the loss of {attempts.part} rows to "
                    f"{smaller.loss:.4g}, the best of the run being "
                    f"{attempts.best.loss:.4g}; the noise scale was {noise.scale:.3g} "
                    "rows at the start",
                    remedy=f"take batches of {recipe.batch_size} rows",
                )
                return

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield batches an eighth as large, and smaller ones."""
        size = case.recipe.batch_size
        if case.learnt is not None:
            size = min(size, len(case.learnt.rows))
        for recipe in _smaller(case.recipe, size):
            change = f"batch_size={recipe.batch_size}"
            yield Treatment(change, case.network, recipe)


def _smaller(recipe: Recipe, size: int) -> Iterator[Recipe]:
    for share in _SMALLER:
        yield replace(recipe, batch_size=max(1, size // share))
