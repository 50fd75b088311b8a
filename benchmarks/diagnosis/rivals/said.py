"""said: what a judge says of a training, in its own words."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Said(NamedTuple):
    """Hold the words of a judge.

    findings: all that it found. alarms: those of them that it wants to be acted upon.
    """

    findings: frozenset[str]
    alarms: frozenset[str]

    @classmethod
    def loudly(cls, findings: Iterable[str]) -> "Said":
        """Return what a judge says who knows alarms only."""
        found = frozenset(findings)
        return cls(found, found)

    def names(self, code: str, points_at: Mapping[str, Iterable[str]]) -> bool:
        """Tell whether any finding points at an illness.

        points_at: for a finding, the codes of all illnesses that it may be about.
        """
        return any(code in points_at.get(one, ()) for one in self.findings)
