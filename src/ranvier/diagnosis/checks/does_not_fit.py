"""does_not_fit: network, data and recipe that no training can begin with."""

from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.rule import Rule


class DoesNotFit(Rule):
    """Say what train() would refuse."""

    code = "does-not-fit"
    what = "Network, data and recipe cannot be trained together."
    why = "train() refuses them, for the reason that it gives"
    evidence = "What train() would say."
    remedy = "change what the message names"
    ignore = "It cannot be: train() raises this as an error."
    source = "ranvier.training.prepare"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield nothing: a case is there when all of it fits together."""
        return iter(())

    def refused(self, error: Exception) -> Finding:
        """Return the finding that says what train() would raise."""
        return refusal(self, error)


def refusal(rule: Rule, error: Exception) -> Finding:
    """Return a finding of `rule` in the words of an error, its advice the remedy."""
    said, _, advice = str(error).rstrip(".").rpartition("; ")
    return rule.found("error", said or advice, remedy=advice if said else "")
