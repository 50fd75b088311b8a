"""dead_inputs: columns or pixels that never change, so that they teach nothing."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.columns import InputColumn, input_columns, named
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.sample import Sample

_ROWS = 5_000
_FEWEST = 30  # rows: with fewer, what never changes may well do so later
_MANY, _MOST = 0.25, 0.7  # of the columns
_MANY_PIXELS, _MOST_PIXELS = 0.6, 0.9  # pictures have margins
_WAKING = 0.05  # of validation rows: so many have a value that no training row has
_SAME = 1e-6  # outputs that differ by less are the same


class DeadInputs(Rule):
    """Look for columns and pixels that never change."""

    code = "dead-inputs"
    what = "Columns or pixels are the same in every training row."
    why = (
        "what never changes tells nothing: it was lost on the way, as by a filter, a "
        "crop or a failed join, and its weights stay as they were drawn"
    )
    evidence = (
        "Columns that hold one value in all training rows, also where they hold others "
        "in validation rows; and outputs that are the same whatever the inputs are."
    )
    remedy = "look at these columns where the data are read, and mend or leave them out"
    ignore = "Margins of pictures, or columns that are known to be empty."
    source = "Google, Rules of Machine Learning: rule 39; Deepchecks: single values"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield findings for columns that never change, and outputs that do not."""
        seen = case.sample("train", _ROWS)
        if seen is None or len(seen.rows) < _FEWEST:
            return
        columns = input_columns(case.schema, case.run.encoder)
        dead = _dead(columns, seen.inputs)
        yield from self._constant(case, columns, dead)
        yield from self._waking(case, dead, seen)
        if case.train is not None and np.ptp(case.train.outputs, axis=0).max() < _SAME:
            yield self.found(
                "error",
                f"the network gives the same output for each of "
                f"{len(case.train.rows):,} training rows",
                cause="nothing of the inputs comes through to the output",
                remedy="look at the layers for dead or saturated units, and restart "
                "with a lower learning rate",
            )

    def _constant(
        self, case: Case, columns: list[InputColumn], dead: list[InputColumn]
    ) -> Iterator[Finding]:
        is_picture = case.schema.image is not None or case.schema.sound is not None
        many, most = (_MANY_PIXELS, _MOST_PIXELS) if is_picture else (_MANY, _MOST)
        share = len(dead) / len(columns)
        if not dead or (is_picture and share < many):
            return
        severity: Severity = "error" if share >= most else "warning"
        if share < many:
            severity = "note"
        yield self.found(
            severity,
            f"{len(dead):,} of {len(columns):,} {_kind(is_picture)} are the same in "
            f"every training row: {named(dead)}",
            where=named(dead),
        )

    def _waking(
        self, case: Case, dead: list[InputColumn], seen: Sample
    ) -> Iterator[Finding]:
        """Yield a finding for columns that change in validation rows alone."""
        theirs = case.sample("validation", _ROWS)
        if theirs is None or len(theirs.rows) < _FEWEST:
            return
        awake = {
            column.name: share
            for column in dead
            if (share := _changed(column, seen, theirs)) >= _WAKING
        }
        if awake:
            first = max(awake, key=lambda name: awake[name])
            more = f" and {len(awake) - 1:,} more" if len(awake) > 1 else ""
            yield self.found(
                "warning",
                f"{first}{more} never changes in training rows, and does in "
                f"{awake[first]:.0%} of validation rows",
                where=first,
                cause="its weights were never learnt, and disturb these rows at random",
            )


def _dead(columns: list[InputColumn], inputs: NDArray[np.float32]) -> list[InputColumn]:
    is_dead = np.ptp(inputs, axis=0) == 0
    return [one for one in columns if is_dead[list(one.numbers)].all()]


def _changed(column: InputColumn, seen: Sample, theirs: Sample) -> float:
    """Return the share of validation rows with another value than all training rows."""
    numbers = list(column.numbers)
    changed = (theirs.inputs[:, numbers] != seen.inputs[0, numbers]).any(axis=1)
    return float(changed.mean())


def _kind(is_picture: bool) -> str:
    return "places" if is_picture else "columns"
