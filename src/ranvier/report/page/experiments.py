"""experiments: what a verdict was found by, where it rests on experiments."""

from collections.abc import Mapping
from typing import Any

from ranvier.report.page.section import Section, number, table
from ranvier.report.page.subject import Subject


def experiments(subject: Subject) -> Section | None:
    """Return the experiments of the diagnosis, one a line; None without any."""
    found = [one.to_dict() for one in getattr(subject.diagnosis, "experiments", ())]
    if not found:
        return None
    heads = list(dict.fromkeys(name for one in found for name in one))
    rows = ([_shown(one, name) for name in heads] for one in found)
    names = [name.replace("_", " ") for name in heads]
    return Section(
        "experiments", "Experiments", table(names, rows, label="experiments")
    )


def _shown(experiment: Mapping[str, Any], name: str) -> str:
    value = experiment.get(name)
    return number(value) if isinstance(value, float) else str(value or "")
