"""learning_rate_at_edge: a rate that was found at the end of those searched."""

import math
from collections.abc import Iterator
from dataclasses import replace

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import with_rate_times
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.engine.choose import choose, thread_count
from ranvier.recipe import own_rate
from ranvier.training.prepare import Prepared
from ranvier.training.sweep import RateSweep, swept, with_rate

_HIGH, _LOW = 19.0, 3e-4  # of the optimizer's own: where suggestions near an end lie
_LOWEST = 3e-3  # of the optimizer's own: a loss that broke below it broke at once
_GAIN = 0.06  # of what can be learnt
_SAME = 0.1  # of itself: a rate that is nearer to the suggestion was taken from it


class LearningRateAtEdge(Rule):
    """Look whether a search for the rate met the end of its range."""

    code = "learning-rate-at-edge"
    what = "The learning rate is as high, or as low, as a search for it goes."
    why = (
        "the search tries rates from a ten-thousandth to a thousand times the "
        "optimizer's own; where the loss breaks at none of them, or at all, the best "
        "rate lies outside: inputs, targets or the loss have an unusual scale"
    )
    evidence = (
        'The rate is one that learning_rate="auto" suggests where the search meets the '
        "end of its range, the search, made again, does, and steps beyond the end go "
        "on to lower the loss of validation rows clearly."
    )
    remedy = (
        "scale the targets, the loss or the inputs to values near 1, and search anew"
    )
    ignore = "The network has learnt well at this rate."
    source = (
        "Godbole et al. 2023, Deep learning tuning playbook: search space boundaries"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where a rate near an end is that of a search which met this end."""
        sweep = _sweep(case)
        if sweep is None:
            return
        rate = case.recipe.optimizer.learning_rate
        own = own_rate(case.recipe.optimizer)
        is_open = "the highest tried" in sweep.reason or sweep.rates[-1] < _LOWEST * own
        if not is_open or not math.isclose(sweep.suggestion, rate, rel_tol=_SAME):
            return
        beyond = case.attempts.after(10.0 if rate > own else 0.1)
        if case.attempts.gains(beyond, _GAIN):
            yield self.found(
                "error" if case.has_failed else "warning",
                f"{rate:g}: {sweep.reason}; {beyond.steps} steps at {beyond.rate:.3g} "
                f"bring the loss of {case.attempts.part} rows from "
                f"{case.attempts.best.loss:.4g} to {beyond.loss:.4g}",
            )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a loss of the usual scale, and rates beyond the end."""
        usual = type(case.loss)()
        if usual != case.loss:
            recipe = replace(with_rate(case.recipe, "auto"), loss=usual)
            yield Treatment(f"the usual {usual.type}", case.network, recipe)
        is_high = case.recipe.optimizer.learning_rate > own_rate(case.recipe.optimizer)
        for factor in (10.0, 100.0) if is_high else (0.1, 0.01):
            changed = with_rate_times(case.recipe, factor)
            rate = changed.optimizer.learning_rate
            yield Treatment(f"learning_rate={rate:g}", case.network, changed)


def _sweep(case: Case) -> RateSweep | None:
    """Search again, where the rate may be one that was found near an end."""
    if case.parts is None or case.numbers is None or not case.attempts.can_gain(_GAIN):
        return None
    share = case.recipe.optimizer.learning_rate / own_rate(case.recipe.optimizer)
    if _LOW < share < _HIGH:
        return None
    run = case.run
    ready = Prepared(run.network, run.recipe, run.encoder, case.parts, case.numbers)
    sweep = swept(ready, choose("auto").engine, thread_count())
    return sweep if len(sweep.rates) else None
