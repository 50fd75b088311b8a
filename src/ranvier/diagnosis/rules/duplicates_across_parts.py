"""duplicates_across_parts: rows that are learnt from and judged by as well."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.sample import Sample

_LEARNT, _JUDGED = 200_000, 10_000  # rows that are looked at
_MANY, _MOST = 0.05, 0.2  # of the rows of a part
_LEAST, _SURELY = 5, 10  # rows
_BY_NATURE = 0.05  # rows alike for each row: so many, and few values explain them


class DuplicatesAcrossParts(Rule):
    """Look for rows that are in the training part and in another."""

    code = "duplicates-across-parts"
    what = "Rows of the validation or test part are among the training rows too."
    why = (
        "the network knows the answers to these rows by heart, so that the scores of "
        "the part flatter it"
    )
    evidence = (
        "Rows with the same inputs and the same target in both parts, counted; not "
        "where columns hold so few values that rows are alike by nature."
    )
    remedy = (
        "take duplicate rows out before the split, or split by a column that such rows "
        'share: Recipe(split=GroupSplit("column"))'
    )
    ignore = "Equal rows are different cases, as in a table of a few categories."
    source = "Deepchecks: no rows of the test part among the training rows"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for each part that shares many rows."""
        ours = case.sample("train", _LEARNT)
        if ours is None or _alike_by_nature(ours.inputs) * len(ours.rows) > _BY_NATURE:
            return
        known = set(_keys(ours))
        for name in ("validation", "test"):
            theirs = case.sample(name, _JUDGED)
            if theirs is None:
                continue
            count = sum(key in known for key in _keys(theirs))
            if count >= max(_LEAST, _MANY * len(theirs.rows)):
                is_severe = count >= max(_SURELY, _MOST * len(theirs.rows))
                severity: Severity = "error" if is_severe else "warning"
                yield self.found(
                    severity,
                    f"{count:,} of {len(theirs.rows):,} {name} rows are among the "
                    "training rows too",
                    where=name,
                )


def _keys(sample: Sample) -> Iterator[int]:
    """Yield a number for each row, the same for the same inputs and target."""
    inputs = sample.inputs + np.float32(0)  # -0 becomes 0
    targets = sample.targets.reshape(len(sample.rows), -1)
    for row, target in zip(inputs, targets, strict=True):
        yield hash((row.tobytes(), target.tobytes()))


def _alike_by_nature(inputs: NDArray[np.float32]) -> float:
    """Return how likely two rows are alike if their columns tell nothing of others.

    The product over the columns of the chance that two cells hold the same value.
    """
    likeness = 1.0
    drawn = inputs[:: max(1, len(inputs) // 2_000)]
    for column in drawn.T:
        counts = np.unique(column, return_counts=True)[1]
        pairs = len(column) * (len(column) - 1)
        likeness *= float((counts * (counts - 1)).sum()) / max(pairs, 1)
        if likeness < 1e-12:
            break
    return likeness
