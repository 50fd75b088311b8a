"""catalogue: every benchmark by its name."""

from collections.abc import Callable

from benchmarks.diagnosis.page import page
from benchmarks.inference.compare import answers
from benchmarks.inference.question import MANY_ROWS, ONE_ROW, Question
from benchmarks.results import Result
from benchmarks.startup.command import command
from benchmarks.startup.imports import imports
from benchmarks.suite import Suite
from benchmarks.training import (
    collisions,
    convolutions,
    crash_course,
    dense_floats,
    digits,
    lenet,
    ratings,
    table_adamw,
    wide,
)
from benchmarks.training.compare import prepared, steps
from benchmarks.training.eight_runs import eight_runs
from benchmarks.training.forced_targets import forced_targets
from benchmarks.training.probe_cost import probe_cost
from benchmarks.training.statistics_cost import statistics_cost
from benchmarks.training.ten_epochs import ten_epochs
from benchmarks.training.thirty_epochs import whole_training
from benchmarks.training.workload import Workload

Benchmark = Callable[[Suite], list[Result]]


def _of(described: Workload) -> Benchmark:
    def benchmark(suite: Suite) -> list[Result]:
        workload, lanes = prepared(suite, described)
        return [steps(suite, workload, lanes)] if lanes else []

    return benchmark


def _crash_course(suite: Suite) -> list[Result]:
    ready = prepared(suite, crash_course.WORKLOAD)
    return [
        steps(suite, *ready),
        *whole_training(suite, *ready),
    ]


def _lenet(suite: Suite) -> list[Result]:
    workload, lanes = prepared(suite, lenet.WORKLOAD)
    if not lanes:
        return []
    step = steps(suite, workload, lanes)
    return [step, *ten_epochs(suite, workload, step)]


def _asked(question: Question) -> Benchmark:
    return lambda suite: answers(suite, question)


def _startup(suite: Suite) -> list[Result]:
    return [*imports(suite), *command(suite)]


BENCHMARKS: dict[str, Benchmark] = {
    "startup": _startup,
    "report": page,
    "eight-runs": eight_runs,
    "statistics": statistics_cost,
    "probes": probe_cost,
    "wide-sgd-targets": forced_targets,
    "one-row": _asked(ONE_ROW),
    "many-rows": _asked(MANY_ROWS),
    "crash-course": _crash_course,
    "crash-course-floats": _of(dense_floats.WORKLOAD),
    "digits": _of(digits.WORKLOAD),
    "wide-sgd": _of(wide.WITH_SGD),
    "wide-adam": _of(wide.WITH_ADAM),
    "collisions": _of(collisions.WORKLOAD),
    "table-adamw": _of(table_adamw.WORKLOAD),
    "ratings": _of(ratings.WORKLOAD),
    "lenet": _lenet,
    "convolutions-32": _of(convolutions.OF_32),
    "convolutions-128": _of(convolutions.OF_128),
}
"""Startup and what runs in this process come first: no lanes are open then."""
