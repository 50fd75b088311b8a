"""catalogue: every benchmark by its name."""

from collections.abc import Callable

from benchmarks.results import Result
from benchmarks.startup.command import command
from benchmarks.startup.imports import imports
from benchmarks.suite import Suite
from benchmarks.training import crash_course, digits, wide
from benchmarks.training.compare import prepared, steps
from benchmarks.training.thirty_epochs import whole_training
from benchmarks.training.workload import Workload

Benchmark = Callable[[Suite], list[Result]]


def _of(workload: Workload) -> Benchmark:
    return lambda suite: [steps(suite, *prepared(suite, workload))]


def _crash_course(suite: Suite) -> list[Result]:
    ready = prepared(suite, crash_course.WORKLOAD)
    return [
        steps(suite, *ready),
        *whole_training(suite, *ready),
    ]


def _startup(suite: Suite) -> list[Result]:
    return [*imports(suite), *command(suite)]


BENCHMARKS: dict[str, Benchmark] = {
    "startup": _startup,
    "crash-course": _crash_course,
    "digits": _of(digits.WORKLOAD),
    "wide-sgd": _of(wide.WITH_SGD),
    "wide-adam": _of(wide.WITH_ADAM),
}
"""Startup comes first: no lanes are open then."""
