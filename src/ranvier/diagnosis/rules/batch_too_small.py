"""batch_too_small: batches whose gradients are mostly chance."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.noise import noise_of
from ranvier.diagnosis.rule import Rule
from ranvier.recipe import Recipe

_GAIN = 0.06  # of what can be learnt
_LARGEST = 16  # rows: more are not called few
_BELOW = 4.0  # times as large as a batch the noise scale is
_LARGER = (16, 64)


class BatchTooSmall(Rule):
    """Try larger batches where a few rows make each step."""

    code = "batch-too-small"
    what = "The batches hold so few rows that their steps go in all directions."
    why = (
        "the gradient of so few rows is mostly chance, and at this rate the chances do "
        "not even out: the weights are shaken, and do not settle"
    )
    evidence = (
        "The gradient noise scale is many times the batch size; and from the best "
        "weights on, or from the first ones, larger batches at the same rate lower "
        "the loss of validation rows clearly, where as many of the run's own do not."
    )
    remedy = "take larger batches, or a lower learning rate"
    ignore = "Rows come one at a time, and the rate falls as they do."
    source = "McCandlish, Kaplan and Amodei 2018, section 2; tried, not guessed"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where larger batches go on to learn what small ones could not."""
        attempts, learnt, size = case.attempts, case.learnt, case.recipe.batch_size
        if learnt is None or size > _LARGEST or not attempts.can_gain(_GAIN):
            return
        noise = noise_of(case.program, learnt, case.recipe.seed)
        if noise is None or noise.scale < _BELOW * size:
            return
        same = attempts.after(1.0)
        starts = {"best": attempts.after, "first": attempts.anew}
        for recipe, start in product(_larger(case.recipe), starts):
            larger = starts[start](1.0, recipe)
            if attempts.gains(larger, _GAIN) and attempts.gains(
                larger, _GAIN / 2, same
            ):
                yield self.found(
                    "error" if case.has_failed else "warning",
                    f"from the {start} weights on, {larger.steps} batches of "
                    f"{recipe.batch_size} rows bring the loss of {attempts.part} rows "
                    f"from {attempts.best.loss:.4g} to {larger.loss:.4g}, {same.steps} "
                    f"of {size} to {same.loss:.4g}; the noise scale is "
                    f"{noise.scale:.3g} rows",
                    remedy=f"take batches of {recipe.batch_size} rows, or a lower "
                    "learning rate",
                )
                return

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield larger batches."""
        for recipe in _larger(case.recipe):
            yield Treatment(f"batch_size={recipe.batch_size}", case.network, recipe)


def _larger(recipe: Recipe) -> Iterator[Recipe]:
    for factor in _LARGER:
        yield replace(recipe, batch_size=recipe.batch_size * factor)
