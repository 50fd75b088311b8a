"""judged: one planted fault → whether it was named, proved and healed"""

from typing import NamedTuple

import numpy as np

from benchmarks.diagnosis.planted.sets import recipe
from benchmarks.diagnosis.planted.sick import Planted, Sick
from ranvier.diagnosis import Case, diagnose, treat
from ranvier.network import Dense, Network
from ranvier.recipe.suited import output_for
from ranvier.training import Run

WITHIN = 0.02
"""A run is well if its score is so near to that of a healthy one."""


class Named(NamedTuple):
    """Say what was found in a run; `where` is what the fault was planted in."""

    planted: Planted
    seed: int
    where: str
    codes: tuple[str, ...]
    places: tuple[str, ...]
    severities: tuple[str, ...]

    @property
    def is_named(self) -> bool:
        """Whether the planted fault is among what was found."""
        return self.planted.code in self.codes

    @property
    def is_placed(self) -> bool:
        """Whether it was found where it was planted."""
        own = self.planted.code
        pairs = zip(self.codes, self.places, strict=True)
        return any(code == own and self.where in place for code, place in pairs)

    def told(self) -> str:
        """Return the fault, and what was found instead."""
        found = ", ".join(
            f"{code} ({severity})"
            for code, severity in zip(self.codes, self.severities, strict=True)
        )
        return f"{_title(self.planted)}, seed {self.seed}: found {found or 'nothing'}"


class Proved(NamedTuple):
    """Say which verdict was proved by experiments, and which is right."""

    planted: Planted
    seed: int
    wanted: str
    fit: str
    evidence: str

    @property
    def is_right(self) -> bool:
        """Whether the verdict is right."""
        return self.fit == self.wanted

    def told(self) -> str:
        """Return the verdict, and what it rests on."""
        return (
            f"{_title(self.planted)}, seed {self.seed}: {self.fit} instead of "
            f"{self.wanted}: {self.evidence}"
        )


class Treated(NamedTuple):
    """Say which score a run had, had after its treatment, and a healthy one has.

    after: None where no rule offers a treatment, as for faults of the data.
    """

    planted: Planted
    seed: int
    before: float
    after: float | None
    healthy: float

    @property
    def is_well(self) -> bool:
        """Whether the treated run is within 2 % of the healthy one."""
        return self.after is not None and self.after >= self.healthy - WITHIN

    def told(self) -> str:
        """Return the scores."""
        return (
            f"{_title(self.planted)}, seed {self.seed}: treated from {self.before:.3f} "
            f"to {self.after:.3f}, healthy {self.healthy:.3f}"
        )


def named(planted: Planted, seed: int) -> Named:
    """Train a planted fault and return what is found in it."""
    sick = planted.make(seed)
    found = diagnose(sick.trained(), sick.data).findings
    return Named(
        planted,
        seed,
        sick.where,
        tuple(one.code for one in found),
        tuple(one.where for one in found),
        tuple(one.severity for one in found),
    )


def proved(planted: Planted, seed: int, wanted: str, budget: float) -> Proved:
    """Train a planted fault and return the verdict that experiments give."""
    sick = planted.make(seed)
    verdict = diagnose(sick.trained(), sick.data, budget=budget).verdict
    return Proved(planted, seed, wanted, verdict.fit, verdict.evidence)


def treated(planted: Planted, seed: int) -> Treated:
    """Train a planted fault, treat it, and set it beside a healthy run."""
    sick = planted.make(seed)
    run = sick.trained()
    healed = treat(run, sick.data)
    alike = planted.code == "imbalance-ignored"
    twin = _twin(sick, run, seed, alike).trained()
    after = _score(healed.run, sick, alike) if healed.steps else None
    before, healthy = (_score(one, sick, alike) for one in (run, twin))
    return Treated(planted, seed, before, after, healthy)


def _twin(sick: Sick, run: Run, seed: int, alike: bool) -> Sick:
    """Return a usual design for the same data; alike: one to which classes are so."""
    schema = run.schema
    output = Dense(schema.outputs, output_for(schema))
    usual = Network([Dense(32, "relu"), output])
    weight = "balanced" if alike else None
    return sick._replace(network=usual, recipe=recipe(seed, class_weight=weight))


def _score(run: Run, sick: Sick, alike: bool) -> float:
    """Return the share of right validation rows; of numbers, R².

    alike: whether classes count alike, as where a rare one was ignored.
    """
    judged = Case(run, run.parts(sick.data)).validation
    if run.failure or judged is None:
        return 0.0
    if judged.right is not None:
        counts = np.bincount(judged.targets.astype(int))
        weights = 1 / counts[judged.targets.astype(int)] if alike else None
        return float(np.average(judged.right, weights=weights))
    spread = float(((judged.targets - judged.targets.mean(axis=0)) ** 2).mean())
    missed = float(((judged.targets - judged.outputs) ** 2).mean())
    return 1 - missed / spread


def _title(planted: Planted) -> str:
    made = getattr(planted.make, "func", planted.make).__name__
    return f"{planted.code or 'healthy'} ({planted.degree}, {made}, {planted.data})"
