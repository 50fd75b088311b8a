"""judges: who is asked, and what each needs to be installed."""

from collections.abc import Callable, Mapping, Set
from importlib.metadata import version
from importlib.util import find_spec
from typing import NamedTuple

from benchmarks.diagnosis.rivals import (
    autotrainer,
    deepchecks_suites,
    ours,
    sagemaker,
    skore_checks,
)
from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.watched import Watched


class Judge(NamedTuple):
    """Name a judge; package: what it is installed as, "" where its rules are here."""

    name: str
    judge: Callable[[Watched], Said]
    points_at: Mapping[str, Set[str]]
    package: str = ""

    @property
    def is_here(self) -> bool:
        """Whether it can be asked."""
        return not self.package or find_spec(self.package) is not None

    @property
    def version(self) -> str:
        """The version that is asked; of rules stated anew, that."""
        return version(self.package) if self.package else "rules as published"


JUDGES = (
    Judge("ranvier", ours.judge, ours.POINTS_AT, "ranvier"),
    Judge("AUTOTRAINER", autotrainer.judge, autotrainer.POINTS_AT),
    Judge("SageMaker Debugger", sagemaker.judge, sagemaker.POINTS_AT),
    Judge("skore", skore_checks.judge, skore_checks.POINTS_AT, "skore"),
    Judge(
        "deepchecks", deepchecks_suites.judge, deepchecks_suites.POINTS_AT, "deepchecks"
    ),
)
