"""checking: network, data and recipe → what is ill before the first epoch."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ranvier.data import Dataset, Parts
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.checks import CHECKS, TRIALS
from ranvier.diagnosis.checks.does_not_fit import DoesNotFit, refusal
from ranvier.diagnosis.checks.labels_and_output import LabelsAndOutput
from ranvier.diagnosis.checks.loss_and_output import LossAndOutput
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.trial import OutOfTimeError
from ranvier.engine.choose import choose
from ranvier.errors import DataError, DescriptionError
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training.checks import check_data, check_kinds, check_outputs, parts_of
from ranvier.training.prepare import Prepared, prepare
from ranvier.training.trainer import new_run

MOST_ROWS = 50_000


@dataclass(frozen=True)
class Checked:
    """Hold what is ill before the first epoch, the worst first.

    passed: the codes of the checks that found nothing.
    skipped: those for which there was no time, or which could not be asked.
    seconds: that all of it took.
    """

    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    skipped: tuple[str, ...]
    seconds: float

    @property
    def is_trainable(self) -> bool:
        """Whether train() would begin."""
        return "does-not-fit" in self.passed

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make a training worth little."""
        return tuple(one for one in self.findings if one.severity == "error")

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "passed": list(self.passed),
            "skipped": list(self.skipped),
            "seconds": round(self.seconds, 3),
        }


def check(
    network: Network | None,
    data: Dataset | Parts,
    recipe: Recipe | None = None,
    *,
    seconds: float = 5.0,
    most_rows: int = MOST_ROWS,
    ignore: Iterable[str] = (),
) -> Checked:
    """Return what is ill before the first epoch; what train() refuses is a finding.

    network, data, recipe: as for `train`.
    seconds: for those checks that train for a moment; 0 leaves them out.
    most_rows: of each part so many are looked at.
    ignore: the codes of checks to pass over.

    Raises:
        DescriptionError: network or recipe is none, or there is no check of a code.
        DataError: `data` are no data.

    >>> from ranvier.data import from_arrays
    >>> from ranvier.network import Dense
    >>> points = from_arrays([[0.0], [1.0], [2.0], [3.0]] * 8, [0, 0, 1, 1] * 8)
    >>> found = check(Network([Dense(3, "softmax")]), points)
    >>> [(one.severity, one.code) for one in found.findings]
    [('error', 'labels-and-output')]
    """
    start = time.perf_counter()
    ignored = [CHECKS[code].code for code in ignore]
    codes = [code for code in CHECKS if code not in ignored]
    check_data(data)
    if network is not None:
        check_kinds(network, Recipe() if recipe is None else recipe)
    found: dict[str, list[Finding]] = {}
    try:
        ready = _ready(network, data, recipe, most_rows)
    except (DescriptionError, DataError) as error:
        refused = [*_refused(network, data, recipe)]
        for one in refused or [DoesNotFit().refused(error)]:
            found.setdefault(one.code, []).append(one)
    else:
        case = Case(new_run(ready, choose("auto")), ready.parts)
        found = dict(_asked(case, codes, seconds))
    findings = [one for code in codes for one in found.get(code, ())]
    return Checked(
        tuple(sorted(findings, key=lambda finding: finding.rank)),
        tuple(code for code in codes if found.get(code) == []),
        tuple(code for code in codes if code not in found),
        time.perf_counter() - start,
    )


def _asked(
    case: Case, codes: list[str], seconds: float
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield what each check finds; those that train share the seconds."""
    for code in codes:
        if code not in TRIALS:
            yield code, list(CHECKS[code]().findings(case))
    end = time.perf_counter() + seconds
    for code, share in zip(TRIALS, (1 / 3, 1.0), strict=True):
        left = end - time.perf_counter()
        if code in codes and left > 0:
            trial: Any = CHECKS[code]
            with contextlib.suppress(OutOfTimeError):
                yield code, list(trial(share * left).findings(case))


def _ready(
    network: Network | None,
    data: Dataset | Parts,
    recipe: Recipe | None,
    most_rows: int,
) -> Prepared:
    """Return what a training would begin with, of not too many rows, as one member."""
    if recipe is not None:
        recipe = replace(recipe, members=1)
    parts = parts_of(data, Recipe() if recipe is None else recipe)
    return prepare(network, _few(parts, most_rows), recipe)


def _few(parts: Parts, most: int) -> Parts:
    """Return up to `most` rows of each part; of a table in memories of their own."""
    if all(part is None or len(part) <= most for part in parts):
        return parts
    return Parts(*(None if part is None else _drawn(part, most) for part in parts))  # type: ignore[arg-type]


def _drawn(part: Dataset, most: int) -> Dataset:
    drawn = np.random.default_rng(0).permutation(len(part))[:most]
    view = part.take(np.sort(drawn))
    if not part.schema.is_table:
        return view
    copied = Dataset(view.frame, view.targets, view.schema)
    return copied if view.weights is None else copied.with_weights(view.weights)


def _refused(
    network: Network | None, data: Dataset | Parts, recipe: Recipe | None
) -> Iterator[Finding]:
    """Yield what is wrong with the loss and with the output layer, each by itself."""
    if network is None:
        return
    schema = check_data(data).schema
    try:
        (recipe or Recipe()).loss_for(network)
    except DescriptionError as error:
        yield refusal(LossAndOutput(), error)
    try:
        placed = network.with_input(schema.input_shape)
    except DescriptionError:
        return  # which says more than what its output would be
    try:
        check_outputs(placed, schema)
    except DescriptionError as error:
        yield refusal(LabelsAndOutput(), error)
