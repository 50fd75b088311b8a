"""treat: a run that is ill → designs without what ails it, those that help kept."""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ranvier.data import Dataset, Parts
from ranvier.diagnosis.bounds import bounds_of
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.diagnose import findings_in
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rules import RULES
from ranvier.diagnosis.variants import variants
from ranvier.engine.choose import thread_count
from ranvier.errors import DataError, DivergedError
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training import Event, Run, train
from ranvier.training.weighting import row_weights

ROUNDS = 4
"""So many changes are made at most, one after the other."""

NEARBY = "nearby"
"""What a step says in place of a code, where it treats no finding."""

_MOST = 16  # treatments are tried in a round
_HELPS = 0.01  # of what is left to learn: so much less is worth a change
_IMBALANCE = "imbalance-ignored"


class Step(NamedTuple):
    """Say what one treatment did.

    code: of the rule whose finding it treats, or `NEARBY`. change: what was changed, in
        words.
    before, after: what validation rows still lack, as a share of what is to be learnt:
        0 is perfect, 1 is one and the same answer for all rows, more is worse than
        that; infinite where the numbers broke.
    """

    code: str
    change: str
    before: float
    after: float
    is_kept: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain values; a share that is infinite is None."""
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
    left: float


class _Judge(NamedTuple):
    """Tell what validation rows lack, in shares that any two losses have in common.

    class_weight: how classes count, as in a recipe; None for rows that count alike.
    """

    parts: Parts
    class_weight: Any

    def beside(self, found: Sequence[Finding]) -> "_Judge":
        """Return a judge to whom classes count alike, where a rare one is ignored."""
        if self.class_weight or all(one.code != _IMBALANCE for one in found):
            return self
        return self._replace(class_weight="balanced")

    def left(self, run: Run) -> float:
        """Return the share that is left to learn; infinite where the numbers broke."""
        case = Case(run, self.parts, threads=1)
        judged, numbers = case.validation, case.numbers
        if run.failure or judged is None or numbers is None or not numbers.validation:
            return math.inf
        recipe = replace(case.recipe, class_weight=self.class_weight)
        weights = row_weights(numbers.validation, recipe)
        if weights is not None:
            weights = weights[judged.rows]
        units, bend = judged.outputs.shape[1], case.network.output_activation
        bounds = bounds_of(case.loss, judged.targets, units, bend, weights)
        loss = float(np.average(judged.losses, weights=weights))
        # Where all rows want the same answer, there is no share to speak of.
        return bounds.unlearnt(loss) if bounds.width else loss - bounds.floor


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
    and, once one has helped, designs near to it: wider, narrower, with another rate,
    held more or less tightly. The one that leaves least to learn on validation rows is
    kept, if it leaves a hundredth less than was left before. Each loss counts from that
    of perfect answers to that of one answer for all rows, so that runs by different
    losses can be compared. Once a rare class is found to be ignored, classes count
    alike, not rows.

    Nothing is written; the test rows are not touched.

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
    passed, steps = tuple(ignore), list[Step]()
    run = replace(run, recipe=replace(run.recipe, members=1), others=[])
    judge = _Judge(parts, run.recipe.class_weight)
    for _ in range(rounds):
        case = Case(run, parts)
        found = findings_in(case, passed)
        judge = judge.beside(found)
        wanted = _wanted(case, found, has_helped=any(step.is_kept for step in steps))
        tried = _tried(wanted, judge, thread_count(threads))
        if not tried:
            break
        best, left = min(tried, key=lambda one: one.left), judge.left(run)
        helps = best.left < left * (1 - _HELPS)
        steps += [
            Step(one.code, one.treatment.change, left, one.left, helps and one is best)
            for one in tried
        ]
        if not helps:
            break
        run = best.run
    return Treated(run, tuple(steps), findings_in(Case(run, parts), passed))


def _wanted(
    case: Case, found: Sequence[Finding], *, has_helped: bool
) -> list[tuple[str, Treatment]]:
    """Return what is to be trained, each design once, with the codes."""
    wanted: dict[tuple[Network, Recipe], tuple[str, Treatment]] = {}
    for finding in found:
        if finding.severity != "note":
            for one in RULES[finding.code]().treatments(case, finding):
                wanted.setdefault((one.network, one.recipe), (finding.code, one))
    for near in variants(case.network, case.recipe) if has_helped else ():
        if near.kind not in ("as it is", "fewer rows"):
            one = Treatment(near.change, near.network, near.recipe)
            wanted.setdefault((near.network, near.recipe), (NEARBY, one))
    wanted.pop((case.network, case.recipe), None)
    return list(wanted.values())[:_MOST]


def _tried(
    wanted: Sequence[tuple[str, Treatment]], judge: _Judge, threads: int
) -> list[_Tried]:
    """Train them at once, a thread each."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(_trainer(judge), wanted))


def _trainer(judge: _Judge) -> Callable[[tuple[str, Treatment]], _Tried]:
    def trained(wanted: tuple[str, Treatment]) -> _Tried:
        code, treatment = wanted
        run = _trained(treatment, judge.parts._replace(test=None))
        return _Tried(code, treatment, run, judge.left(run))

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
