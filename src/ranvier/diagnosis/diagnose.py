"""diagnose: a run → what is ill in it, and whether it fits its data."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ranvier.data import Dataset, Parts
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.experiments import Experiment, Experiments, experiment
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.learning_curve import LearningCurve, fitted_curve
from ranvier.diagnosis.rules import RULES
from ranvier.diagnosis.variants import Variant
from ranvier.diagnosis.verdict import (
    Verdict,
    verdict_of_curves,
    verdict_of_experiments,
)
from ranvier.errors import DescriptionError, shown
from ranvier.training import Run
from ranvier.training.run import check_run

_OF_ROWS = ("as it is", "fewer rows")


@dataclass(frozen=True)
class Diagnosis:
    """Hold the verdict on a run, and what is ill, the worst first.

    experiments: what was tried, the design as it is first; none without a budget.
    learning_curve: what more rows would bring; None where that is not known.
    next_design: what did best of all that was tried, and clearly better than the run.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    experiments: tuple[Experiment, ...] = ()
    learning_curve: LearningCurve | None = None
    next_design: Variant | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain values."""
        return {
            "verdict": self.verdict.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
            "experiments": [one.to_dict() for one in self.experiments],
            "more_rows": self._more_rows(),
            "next": self._next(),
        }

    def _more_rows(self) -> dict[str, float] | None:
        curve = self.learning_curve
        if curve is None:
            return None
        return {f"loss with {n} times the rows": curve.loss(n) for n in (1, 2, 4)}

    def _next(self) -> dict[str, Any] | None:
        design = self.next_design
        if design is None:
            return None
        return {
            "change": design.change,
            "network": design.network.to_dict(),
            "recipe": design.recipe.to_dict(),
        }


def diagnose(
    run: Run,
    data: Dataset | Parts | None = None,
    *,
    budget: float | str | None = None,
    ignore: Iterable[str] = (),
) -> Diagnosis:
    """Return the verdict on `run`, and what is ill in it.

    data: those that the run was trained on; without them the history alone speaks.
    budget: seconds, or a text such as "30s" or "2m", to spend on experiments: a larger
        and a smaller network, other rates, tighter and freer bounds, fewer rows, each
        from several seeds. Without one the verdict rests on the curves alone.
    ignore: the codes of rules to pass over.

    Raises:
        DescriptionError: there is no run, it has no epoch yet, there is no rule of a
            code, or the budget is no time.
        DataError: `data` are not those of the run.
    """
    check_run(run, "diagnose")
    passed = tuple(ignore)
    seconds = None if budget is None else seconds_of(budget)
    if not (run.history or run.failure):
        raise DescriptionError(
            f"{run!r} has no epoch to be judged by; train it for at least one."
        )
    case = Case(run, None if data is None else run.parts(data))
    ordered = findings_in(case, passed)
    tried = None
    if seconds is not None and not run.failure:
        tried = experiment(case, seconds)
    if tried is None:
        return Diagnosis(verdict_of_curves(case), ordered)
    curve = curve_of(tried)
    verdict = verdict_of_experiments(case, tried, curve)
    return Diagnosis(verdict, ordered, tried.tried, curve, best_of(tried, verdict))


def findings_in(case: Case, ignore: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return what all rules find but those of the codes to pass over, the worst first.

    Raises:
        DescriptionError: there is no rule of a code.
    """
    passed = [RULES[code].code for code in ignore]
    rules = (RULES[code]() for code in RULES if code not in passed)
    findings = (finding for rule in rules for finding in rule.findings(case))
    return tuple(sorted(findings, key=lambda finding: finding.rank))


def seconds_of(budget: float | str) -> float:
    """Return the seconds in 30, "30s", "2m" or "1.5 min".

    Raises:
        DescriptionError: it is no time above 0.

    >>> seconds_of("2m")
    120.0
    """
    number, unit = str(budget).strip(), 1
    if found := re.fullmatch(r"(.*\d) ?(s|sec|m|min)", number):
        number, unit = found[1], 60 if found[2].startswith("m") else 1
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = 0.0
    if 0 < seconds < math.inf:
        return seconds
    raise DescriptionError(
        f"diagnose(budget={shown(budget)}): budget must be a time above 0, in seconds "
        'or as in "30s" or "2m", or left out for a verdict by the curves alone.'
    )


def curve_of(found: Experiments) -> LearningCurve | None:
    """Return what the loss follows as rows grow more."""
    of_rows = [one for one in found.tried if one.variant.kind in _OF_ROWS]
    rows = [max(1, round(one.variant.share * found.rows)) for one in of_rows]
    return fitted_curve(rows, [one.loss for one in of_rows])


def best_of(found: Experiments, verdict: Verdict) -> Variant | None:
    """Return the variant that did best, where the verdict is that it should."""
    if verdict.fit == "good fit":
        return None
    best = max(found.tried[1:], key=lambda one: one.gain)
    return best.variant if best.low > 0 else None
