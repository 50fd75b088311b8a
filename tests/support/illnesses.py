"""illnesses: planted faults, and what rules say of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.diagnosis.planted import PLANTED, Sick
from benchmarks.diagnosis.planted.sets import Rows, network, recipe
from ranvier.diagnosis import RULES, Case, Finding


def of(*codes: str, degree: str | None = None) -> list[Any]:
    """Return the planted faults of rules, as parameters of a test."""
    return [
        pytest.param(
            one, id=f"{one.code}-{one.make.func.__name__}-{one.data}-{one.degree}"
        )
        for one in PLANTED
        if one.code in codes and degree in (None, one.degree)
    ]


def trained(sick: Sick, *, with_data: bool = True) -> Case:
    """Train a design, to its end or until it diverges; return what rules look at."""
    run = sick.trained()
    return Case(run, run.parts(sick.data) if with_data else None)


def timed(case: Case, seconds: float = 1e-3) -> Case:
    """Let the epochs of a case have taken so long, whatever the machine."""
    case.run.history[:] = [one._replace(seconds=seconds) for one in case.run.history]
    return case


def usual(rows: Rows, **changes: Any) -> Sick:
    """Return a design that suits the rows."""
    return Sick(network(rows, 32), recipe(**({"seed": 0} | changes)), rows.data())


def found(code: str, sick: Sick | Case) -> list[Finding]:
    """Return what a rule finds in a design, or in a case."""
    case = sick if isinstance(sick, Case) else trained(sick)
    return list(RULES[code]().findings(case))


def cured(code: str, sick: Sick) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each treatment of a design by its name, with what is still found then."""
    case = trained(sick)
    (first, *_) = found(code, case)
    for treatment in RULES[code]().treatments(case, first):
        design = sick._replace(network=treatment.network, recipe=treatment.recipe)
        yield treatment.change, found(code, design)
