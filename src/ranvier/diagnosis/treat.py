"""treat: a run that is ill → designs without what ails it, those that help kept."""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

from ranvier.data import Dataset, Parts
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.diagnose import findings_in
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rules import RULES
from ranvier.engine.choose import thread_count
from ranvier.errors import DataError, DivergedError
from ranvier.training import Event, Run, train

ROUNDS = 4
"""So many changes are made at most, one after the other."""

_MOST = 16  # treatments are tried in a round
_HELPS = 0.01  # of the loss: so much less is worth a change


class Step(NamedTuple):
    """Say what one treatment did.

    code: of the rule whose finding it treats. change: what was changed, in words.
    before, after: the losses on validation rows; infinite where the numbers broke.
    """

    code: str
    change: str
    before: float
    after: float
    is_kept: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain values; a loss that is infinite is None."""
        said = self._asdict()
        return {
            name: None if isinstance(value, float) and math.isinf(value) else value
            for name, value in said.items()
        }


class Treated(NamedTuple):
    """Hold the run that did best, and the way to it; `findings` are what is left."""

    run: Run
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]


class _Tried(NamedTuple):
    code: str
    treatment: Treatment
    run: Run
    loss: float


def treat(
    run: Run,
    data: Dataset | Parts,
    *,
    rounds: int = ROUNDS,
    ignore: Iterable[str] = (),
    threads: int | None = None,
) -> Treated:
    """Apply remedies one after the other, and keep those that help.

    In each round all treatments of what is found are trained at once, a thread each,
    and the one with the least loss on validation rows is kept if it gains at least a
    hundredth of that loss. Nothing is written; the test rows are not touched.

    data: those of the run. ignore: the codes of rules to pass over.

    Raises:
        DataError: `data` are not those of the run, or have no validation rows.
        DescriptionError: there is no rule of a code.
    """
    parts = run.parts(data)
    if parts.validation is None:
        raise DataError(
            "treat() was given a run without validation rows, which tell what helps; "
            "train with Recipe(validation=0.1), or give Parts with such rows."
        )
    passed = tuple(ignore)
    run = replace(run, recipe=replace(run.recipe, members=1), others=[])
    loss, steps = _loss(run, parts), []
    for _ in range(rounds):
        case = Case(run, parts)
        found = findings_in(case, passed)
        tried = _tried(case, found, parts, thread_count(threads))
        if not tried:
            break
        best = min(tried, key=lambda one: one.loss)
        helps = best.loss < loss * (1 - _HELPS)
        steps += [
            Step(one.code, one.treatment.change, loss, one.loss, helps and one is best)
            for one in tried
        ]
        if not helps:
            break
        run, loss = best.run, best.loss
    return Treated(run, tuple(steps), findings_in(Case(run, parts), passed))


def _tried(
    case: Case, found: Sequence[Finding], parts: Parts, threads: int
) -> list[_Tried]:
    """Train the treatments of what was found, each design once."""
    wanted: list[tuple[str, Treatment]] = []
    designs = [(case.network, case.recipe)]
    for finding in found:
        if finding.severity == "note":
            continue
        for treatment in RULES[finding.code]().treatments(case, finding):
            design = (treatment.network, treatment.recipe)
            if design not in designs:
                designs.append(design)
                wanted.append((finding.code, treatment))
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(_trainer(parts), wanted[:_MOST]))


def _trainer(parts: Parts) -> Callable[[tuple[str, Treatment]], _Tried]:
    def trained(wanted: tuple[str, Treatment]) -> _Tried:
        code, treatment = wanted
        run = _trained(treatment, parts._replace(test=None))
        return _Tried(code, treatment, run, _loss(run, parts))

    return trained


def _trained(treatment: Treatment, parts: Parts) -> Run:
    """Train to the end, or until the numbers break."""
    runs: list[Run] = []

    def keep(event: Event) -> None:
        runs[:] = [event.run]

    try:
        return train(
            treatment.network,
            parts,
            treatment.recipe,
            folder=None,
            threads=1,
            on_event=keep,
        )
    except DivergedError:
        return runs[0]


def _loss(run: Run, parts: Parts) -> float:
    if run.failure:
        return math.inf
    judged = Case(run, parts, threads=1).validation
    return math.inf if judged is None else judged.loss
