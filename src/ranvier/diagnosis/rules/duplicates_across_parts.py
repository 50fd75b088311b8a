"""duplicates_across_parts: rows that are learnt from and judged by as well."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset
from ranvier.data.blocks import blocks
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.columns import InputColumn, input_columns
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule
from ranvier.training.probe import some

_LEARNT, _JUDGED = 200_000, 10_000  # rows that are looked at
_MANY, _MOST = 0.05, 0.2  # of the rows of a part
_LEAST, _SURELY = 5, 10  # rows
_DIFFERENT = 0.35  # of the training rows: with fewer, rows are alike by nature
_COMPARED, _AMONG = 200, 1_000  # rows that are compared column by column
_BLOCK = 8_192  # rows that are copied at a time
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
        if case.parts is None:
            return
        train, seed = case.parts.train, case.recipe.seed
        known = _keys(train.at(some(train.rows, _LEARNT, seed)))
        if len(np.unique(known)) < _DIFFERENT * len(known):
            return
        for name in ("validation", "test"):
            part: Dataset | None = getattr(case.parts, name)
            if part is not None:
                asked = part.at(some(part.rows, _JUDGED, seed))
                is_twin = np.isin(_keys(asked), known)
                yield from self._of_part(case, name, asked.rows, is_twin)

    def _of_part(
        self, case: Case, name: str, rows: NDArray[np.uint32], twins: NDArray[np.bool_]
    ) -> Iterator[Finding]:
        count = int(twins.sum())
        if count < max(_LEAST, _MANY * len(rows)):
            return
        ours, theirs = case.sample("train", _AMONG), case.sample(name, _COMPARED)
        if ours is None or theirs is None:
            return
        asked = theirs.inputs[~np.isin(theirs.rows, rows[twins])]
        columns = input_columns(case.schema, case.run.encoder)
        if _nearly_alike(columns, ours.inputs, asked) >= twins.mean():
            return
        is_severe = count >= max(_SURELY, _MOST * len(rows))
        severity: Severity = "error" if is_severe else "warning"
        yield self.found(
            severity,
            f"{count:,} of {len(rows):,} {name} rows are among the training rows too",
            where=name,
        )


def _keys(part: Dataset) -> NDArray[Any]:
    """Return a number for each row (N,), the same for the same inputs and target."""
    if part.schema.is_table:
        from ranvier.data.table import row_hashes

        return row_hashes(part).to_numpy()
    keys = []
    for block in blocks(part, _BLOCK):
        inputs = block.inputs + block.inputs.dtype.type(0)  # -0 becomes 0
        targets = block.targets.reshape(len(block), -1)
        for row, target in zip(inputs, targets, strict=True):
            keys.append(hash((row.tobytes(), target.tobytes())))
    return np.array(keys)


def _nearly_alike(
    columns: list[InputColumn],
    known: NDArray[np.float32],
    asked: NDArray[np.float32],
) -> float:
    """Return the share of rows that have nearly a twin among those that are known.

    A tenth of the columns may differ.
    """
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
