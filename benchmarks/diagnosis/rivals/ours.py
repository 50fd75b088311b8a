"""ours: what ranvier itself says, from the run and its data, without a budget."""

from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.watched import Watched
from ranvier.diagnosis import RULES, diagnose

POINTS_AT = {code: {code} for code in RULES}


def judge(watched: Watched) -> Said:
    """Return the codes of all findings; errors and warnings are alarms."""
    findings = diagnose(watched.run, watched.sick.data).findings
    return Said(
        frozenset(one.code for one in findings),
        frozenset(one.code for one in findings if one.severity != "note"),
    )
