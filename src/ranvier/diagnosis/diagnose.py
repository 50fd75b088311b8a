"""diagnose: a run → what is ill in it, and whether it fits its data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ranvier.data import Dataset, Parts
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.rules import RULES
from ranvier.diagnosis.verdict import Verdict, verdict_of_curves
from ranvier.errors import DescriptionError
from ranvier.training import Run


@dataclass(frozen=True)
class Diagnosis:
    """Hold the verdict on a run, and what is ill, the worst first."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain values."""
        return {
            "verdict": self.verdict.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def diagnose(
    run: Run, data: Dataset | Parts | None = None, *, ignore: Iterable[str] = ()
) -> Diagnosis:
    """Return the verdict on `run`, and what is ill in it.

    data: those that the run was trained on; without them the history alone speaks.
    ignore: the codes of rules to pass over.

    Raises:
        DescriptionError: the run has no epoch yet, or there is no rule of a code.
        DataError: `data` are not those of the run.
    """
    passed = [RULES[code].code for code in ignore]
    if not (run.history or run.failure):
        raise DescriptionError(
            f"{run!r} has no epoch to be judged by; train it for at least one."
        )
    case = Case(run, None if data is None else run.parts(data))
    rules = (RULES[code]() for code in RULES if code not in passed)
    findings = (finding for rule in rules for finding in rule.findings(case))
    return Diagnosis(
        verdict_of_curves(case),
        tuple(sorted(findings, key=lambda finding: finding.rank)),
    )
