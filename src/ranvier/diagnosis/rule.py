"""rule: one illness: what it is, why it hurts, how it shows, what helps."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Severity, Treatment


class Rule(ABC):
    """Look for one illness in a run.

    code: its name, that of the file and of its page, with hyphens.
    what, why, evidence, remedy, ignore: the text of its page: what the illness is, why
        it hurts, what it is known by, what to do, and when to pass over it.
    source: where the rule or its threshold comes from.
    """

    code: ClassVar[str]
    what: ClassVar[str]
    why: ClassVar[str]
    evidence: ClassVar[str]
    remedy: ClassVar[str]
    ignore: ClassVar[str]
    source: ClassVar[str]

    @abstractmethod
    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield what is ill; nothing where all is well, or cannot be known."""

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield designs that may be free of `finding`, the likeliest first."""
        return iter(())

    def found(
        self,
        severity: Severity,
        evidence: str,
        *,
        where: str = "",
        cause: str = "",
        remedy: str = "",
    ) -> Finding:
        """Return a finding of this rule, with its own words where none are given."""
        return Finding(
            self.code,
            severity,
            where,
            evidence,
            cause or self.why,
            remedy or self.remedy,
        )
