"""imbalance_ignored: rare classes that the network does not bother to answer."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ranvier.diagnosis.case import Case, Judged
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.significance import share_error

_RARE = 0.4  # of the share that a class had if all were alike
_FEWEST = 5  # rows of a class, to say anything
_ENOUGH = 10  # validation rows of a class; with fewer, training rows speak too
_POOR, _LOST = 0.5, 0.2  # of a rare class are right
_SURE = 2.0  # standard errors below what all rows get


class ImbalanceIgnored(Rule):
    """Look for rare classes that are mostly answered wrong."""

    code = "imbalance-ignored"
    what = "Rows of a rare class are mostly answered with another class."
    why = (
        "each row counts alike, so that the loss is made small by the frequent "
        "classes, and accuracy looks good without the rare ones"
    )
    evidence = "The share of right answers among the rows of each rare class."
    remedy = (
        'weigh the classes alike, class_weight="balanced", and read the scores by class'
    )
    ignore = "Missing a rare class costs no more than missing any other row."
    source = "Deepchecks: class ratio below 0.1; King and Zeng 2001"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for each rare class that is poorly answered."""
        train, validation = case.train, case.validation
        if case.recipe.class_weight or train is None or train.right is None:
            return
        classes = case.schema.classes
        counts = np.bincount(train.targets.astype(int), minlength=len(classes))
        rare = counts < _RARE * counts.sum() / len(classes)
        for number in np.flatnonzero(rare & (counts > 0)):
            finding = self._of_class(case, int(number), train, validation)
            if finding:
                yield finding

    def _of_class(
        self, case: Case, number: int, train: Judged, validation: Judged | None
    ) -> Finding | None:
        name, part, judged = case.schema.classes[number], "training", train
        if validation and (validation.targets == number).sum() >= _ENOUGH:
            part, judged = "validation", validation
        is_own = judged.targets == number
        rows = int(is_own.sum())
        if judged.right is None or rows < _FEWEST:
            return None
        recall, all_right = judged.right[is_own].mean(), judged.right.mean()
        if recall >= _POOR or recall + _SURE * share_error(recall, rows) > all_right:
            return None
        severity: Severity = "error" if recall < _LOST else "warning"
        share = (train.targets == number).mean()
        return self.found(
            severity,
            f"{recall:.0%} of {rows} {part} rows of {name} are right, of all "
            f"{all_right:.0%}; {name} has {share:.1%} of the training rows",
            where=f"class {name}",
        )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield classes that weigh alike."""
        balanced = replace(case.recipe, class_weight="balanced")
        yield Treatment('class_weight="balanced"', case.network, balanced)
