"""validation_unlike_training: validation rows come from somewhere else."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.columns import input_columns, named
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.sample import Sample
from ranvier.diagnosis.significance import (
    distance_chances,
    distances,
    ranked_above,
    share_error,
)
from ranvier.diagnosis.simple import separation

_ROWS, _FEWER, _WIDE = 1_000, 400, 200  # of each part; of more columns fewer rows
_FEWEST = 10
_UNLIKELY = 1e-4  # by chance, over all columns together
_SURE = 4.0  # standard errors
_APART, _FAR = 0.2, 0.5  # of the rows that would have to move, in a column
_TOLD, _WELL_TOLD = 0.65, 0.85  # how often a row is told from one of the other part
_SHARE_APART, _SHARE_FAR = 0.15, 0.4  # of the rows, by the share of a class
_SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")


class _Shift(NamedTuple):
    """Say what differs, by how much in words, and whether much."""

    where: str
    evidence: str
    is_far: bool


class ValidationUnlikeTraining(Rule):
    """Look for validation rows that come from somewhere else."""

    code = "validation-unlike-training"
    what = "Validation rows are unlike the rows that the network learns from."
    why = (
        "the parts come from different times, places or groups, so that what was "
        "learnt fits one and is judged on the other"
    )
    evidence = (
        "The distance between the distributions of each column (Kolmogorov and "
        "Smirnov), corrected for the number of columns; how well a linear model tells "
        "rows of one part from the other's; and the shares of the classes."
    )
    remedy = (
        "if new rows will be like the training rows, split at random; if they will be "
        "like the validation rows, learn from such rows as well"
    )
    ignore = "The parts are meant to differ, as past and future do, and you know how."
    source = (
        "Rabanser, Günnemann and Lipton 2019; Lopez-Paz and Oquab 2017 on telling rows "
        "apart; Deepchecks: drift above 0.25"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for what differs most: inputs, and targets."""
        most = _ROWS if case.run.encoder.size <= _WIDE else _FEWER
        ours, theirs = (case.sample(name, most) for name in ("train", "validation"))
        if (
            ours is None
            or theirs is None
            or min(len(ours.rows), len(theirs.rows)) < _FEWEST
        ):
            return
        for shift in (_in_inputs(case, ours, theirs), _in_targets(case, ours, theirs)):
            if shift:
                severity = _SEVERITIES[shift.is_far + (not _is_meant(case))]
                yield self.found(severity, shift.evidence, where=shift.where)


def _is_meant(case: Case) -> bool:
    """Tell whether the rows were parted by a column, so that parts are to differ."""
    return hasattr(case.recipe.split, "column")


def _in_inputs(case: Case, ours: Sample, theirs: Sample) -> _Shift | None:
    apart = distances(ours.inputs, theirs.inputs)
    chances = distance_chances(apart, len(ours.rows), len(theirs.rows)) * len(apart)
    shifted = (chances < _UNLIKELY) & (apart >= _APART)
    if not shifted.any():
        return _told_apart(case, ours, theirs)
    parted_by = getattr(case.recipe.split, "column", None)
    columns = [
        one
        for one in input_columns(case.schema, case.run.encoder)
        if one.name != parted_by
    ]
    found = [one for one in columns if shifted[list(one.numbers)].any()]
    if not found:
        return None
    found.sort(key=lambda one: -apart[list(one.numbers)].max())
    furthest = float(apart[list(found[0].numbers)].max())
    evidence = (
        f"{len(found):,} of {len(columns):,} columns lie elsewhere in validation rows, "
        f"furthest {named(found)}: {furthest:.0%} of the rows would have to move"
    )
    return _Shift(named(found), evidence, furthest >= _FAR)


def _told_apart(case: Case, ours: Sample, theirs: Sample) -> _Shift | None:
    """Say how well a linear model tells the parts from each other, on rows left out."""
    inputs = np.delete(
        np.concatenate([ours.inputs, theirs.inputs]), list(case.network.id_columns), 1
    )
    if inputs.shape[1] == 0:
        return None
    scores = separation(inputs, len(ours.rows))
    area, error = ranked_above(scores[len(ours.rows) :], scores[: len(ours.rows)])
    if area < max(_TOLD, 0.5 + _SURE * error):
        return None
    evidence = (
        f"a linear model tells a validation row from a training row in {area:.0%} of "
        "pairs; were they alike, in 50%"
    )
    return _Shift("", evidence, area >= _WELL_TOLD)


def _in_targets(case: Case, ours: Sample, theirs: Sample) -> _Shift | None:
    classes = case.schema.classes
    if not classes:
        return _in_values(ours, theirs)
    shares = [
        np.bincount(one.targets, minlength=len(classes)) / len(one.rows)
        for one in (ours, theirs)
    ]
    apart = shares[1] - shares[0]
    pooled = (shares[0] + shares[1]) / 2
    errors = np.array(
        [
            np.hypot(share_error(p, len(ours.rows)), share_error(p, len(theirs.rows)))
            for p in pooled
        ]
    )
    sure = np.abs(apart) >= np.maximum(_SURE * errors, _SHARE_APART)
    if not sure.any():
        return None
    worst = int(np.where(sure, np.abs(apart), 0).argmax())
    evidence = (
        f"{shares[1][worst]:.0%} of validation rows are {classes[worst]}, of training "
        f"rows {shares[0][worst]:.0%}"
    )
    return _Shift(
        f"class {classes[worst]}", evidence, bool(abs(apart[worst]) >= _SHARE_FAR)
    )


def _in_values(ours: Sample, theirs: Sample) -> _Shift | None:
    apart = distances(_columns(ours), _columns(theirs))
    chances = distance_chances(apart, len(ours.rows), len(theirs.rows)) * len(apart)
    worst = int(np.where(chances < _UNLIKELY, apart, 0).argmax())
    if chances[worst] >= _UNLIKELY or apart[worst] < _APART:
        return None
    evidence = (
        f"the targets of validation rows lie elsewhere: {apart[worst]:.0%} of the rows "
        "would have to move"
    )
    return _Shift("targets", evidence, bool(apart[worst] >= _FAR))


def _columns(sample: Sample) -> NDArray[np.float64]:
    return sample.targets.reshape(len(sample.rows), -1).astype(np.float64)
