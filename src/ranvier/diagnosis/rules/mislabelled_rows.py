"""mislabelled_rows: rows whose class is not what rows like them are."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.significance import share_error
from ranvier.diagnosis.simple import Simple

_FEWEST = 80  # rows, to say anything
_SHOWN = 10
_SUREST = 0.4  # of the rows: where labels are right, next to none of them are wrong
_MANY, _MOST = 0.03, 0.15  # of those
_BY_CHANCE = 0.015
_SURE = 2.0  # standard errors
_EVEN = 0.35  # of the share of wrong answers among all rows, at least, among those
_MIXED = 0.09  # so much less sure than right are surroundings where classes mix
_TOLD, _WELL_TOLD = 0.3, 0.4  # of what the most frequent class leaves open
_APART = 0.1  # of the rows: so much better may the network be than nearest rows


class Suspects(NamedTuple):
    """Hold rows that are answered against their label.

    share: of the rows whose surroundings are surest, so many have another label.
    among: how many these rows are.
    is_clear: whether classes are told well enough that labels must be to blame.
    rows: the numbers of those with another label, the strangest first.
    """

    share: float
    among: int
    is_clear: bool
    rows: NDArray[np.uint32]


class MislabelledRows(Rule):
    """Look for rows that their neighbours contradict."""

    code = "mislabelled-rows"
    what = "Training rows have a class that rows like them have not."
    why = (
        "labels were mixed up: the network is taught the wrong answer there, and the "
        "scores count right answers as wrong"
    )
    evidence = (
        "Each training row is answered by the rows around it. Where rows are hard, "
        "answers are wrong where the surroundings are mixed; where labels are wrong, "
        "answers are wrong as well where the surroundings are sure."
    )
    remedy = "look at these rows and mend their labels, the first ones first"
    ignore = "You have looked at the rows that are named, and their labels are right."
    source = (
        "Northcutt, Jiang and Chuang 2021 on confident learning; Wilson 1972 on rows "
        "that their neighbours contradict"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding that names the rows to look at first."""
        found = suspects(case)
        if found is None:
            return
        severity: Severity = "error" if found.share >= _MOST else "warning"
        if not found.is_clear:
            severity = "note"
        shown = ", ".join(map(str, found.rows[:_SHOWN]))
        yield self.found(
            severity,
            f"of the {found.among:,} rows whose surroundings are surest, "
            f"{found.share:.1%} have another label than these; look at rows {shown}",
        )


def suspects(case: Case) -> Suspects | None:
    """Return the rows that seem mislabelled; None where they are no more than usual."""
    simple, judged = case.simple, case.validation or case.train
    if simple is None or judged is None or judged.right is None:
        return None
    around = simple.surroundings
    sureness, right = around.max(axis=1), simple.right(around)
    all_right = float(right.mean())
    most = float(simple.wanted.mean(axis=0).max())
    told = (all_right - most) / max(1 - most, 1e-9)
    is_mixed = sureness.mean() < all_right - _MIXED
    is_blind = told < _TOLD or all_right < judged.right.mean() - _APART
    if len(right) < _FEWEST or is_mixed or is_blind:
        return None
    surest = sureness >= np.quantile(sureness, 1 - _SUREST)
    among, share = int(surest.sum()), float(1 - right[surest].mean())
    error = share_error(share, among)
    if share < max(_MANY, _BY_CHANCE + _SURE * error, _EVEN * (1 - all_right)):
        return None
    return Suspects(share, among, told >= _WELL_TOLD, _strangest(simple))


def _strangest(simple: Simple) -> NDArray[np.uint32]:
    """Return the rows that are answered against their label, the strangest first."""
    at = np.arange(len(simple.rows))
    own = simple.surroundings[at, simple.targets]
    others = simple.surroundings.max(axis=1) - own
    order = np.argsort(-others, kind="stable")
    strange: NDArray[np.uint32] = simple.rows[order[others[order] > 0]]
    return strange
