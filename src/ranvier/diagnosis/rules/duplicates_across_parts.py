"""duplicates_across_parts: rows that are learnt from and judged by as well."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.columns import InputColumn, input_columns
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.sample import Sample

_LEARNT, _JUDGED = 200_000, 10_000  # rows that are looked at
_MANY, _MOST = 0.05, 0.2  # of the rows of a part
_LEAST, _SURELY = 5, 10  # rows
_DIFFERENT = 0.35  # of the training rows: with fewer, rows are alike by nature
_COMPARED, _AMONG = 200, 1_000  # rows that are compared column by column
_NEAR = 0.1  # of the columns: rows that differ in no more are nearly alike


class DuplicatesAcrossParts(Rule):
    """Look for rows that are in the training part and in another."""

    code = "duplicates-across-parts"
    what = "Rows of the validation or test part are among the training rows too."
    why = (
        "the network knows the answers to these rows by heart, so that the scores of "
        "the part flatter it"
    )
    evidence = (
        "Rows with the same inputs and the same target in both parts, counted. Not "
        "where as many rows are nearly alike, in all but a tenth of the columns, or "
        "most training rows are alike: then columns of few values make rows alike by "
        "nature."
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
        if ours is None:
            return
        known = set(_keys(ours))
        if len(known) < _DIFFERENT * len(ours.rows):
            return
        for name in ("validation", "test"):
            theirs = case.sample(name, _JUDGED)
            if theirs is not None:
                twins = np.array([key in known for key in _keys(theirs)])
                yield from self._of_part(case, name, (ours, theirs), twins)

    def _of_part(
        self,
        case: Case,
        name: str,
        samples: tuple[Sample, Sample],
        twins: NDArray[np.bool_],
    ) -> Iterator[Finding]:
        count, rows = int(twins.sum()), len(twins)
        if count < max(_LEAST, _MANY * rows):
            return
        columns = input_columns(case.schema, case.run.encoder)
        if _nearly_alike(columns, samples, ~twins) >= twins.mean():
            return
        is_severe = count >= max(_SURELY, _MOST * rows)
        severity: Severity = "error" if is_severe else "warning"
        yield self.found(
            severity,
            f"{count:,} of {rows:,} {name} rows are among the training rows too",
            where=name,
        )


def _keys(sample: Sample) -> Iterator[int]:
    """Yield a number for each row, the same for the same inputs and target."""
    inputs = sample.inputs + np.float32(0)  # -0 becomes 0
    targets = sample.targets.reshape(len(sample.rows), -1)
    for row, target in zip(inputs, targets, strict=True):
        yield hash((row.tobytes(), target.tobytes()))


def _nearly_alike(
    columns: list[InputColumn],
    samples: tuple[Sample, Sample],
    others: NDArray[np.bool_],
) -> float:
    """Return the share of rows that have no twin, but nearly one.

    Some rows are compared with some others, to find one with a tenth of the columns
    different at most.
    """
    ours, theirs = samples
    known = ours.inputs[:: max(1, len(ours.inputs) // _AMONG)]
    asked = theirs.inputs[others][:_COMPARED]
    if not len(asked):
        return 0.0
    differing = np.zeros((len(asked), len(known)), np.int32)
    for column in columns:
        is_other = np.zeros(differing.shape, bool)
        for number in column.numbers:
            is_other |= asked[:, number, None] != known[None, :, number]
        differing += is_other
    near = differing.min(axis=1) <= max(1, round(_NEAR * len(columns)))
    return float(near.mean())
