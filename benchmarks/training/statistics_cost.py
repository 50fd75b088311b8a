"""statistics_cost: an epoch with the statistics that diagnosis reads, and without.

Without means once, at the first step of an epoch.
"""

import numpy as np

from benchmarks.measure import interleaved, seconds
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training import crash_course, wide
from benchmarks.training.compare import note_rounds, sized
from benchmarks.training.ours import Ours
from benchmarks.training.workload import Task, Workload
from ranvier.engine.contract import STATISTICS_EVERY, Samples

NEVER = 2**30
ROUNDS = 3  # times as many as elsewhere: it is about two in a hundred


def statistics_cost(suite: Suite) -> list[Result]:
    """Time both for a small and for a wide network."""
    return [_cost(suite, one) for one in (crash_course.WORKLOAD, wide.WITH_SGD)]


def _cost(suite: Suite, described: Workload) -> Result:
    workload = sized(suite, described)
    name, steps = f"statistics-{workload.name}", workload.steps(workload.rows)
    suite.notes["workloads"][name] = f"{workload.title}, an epoch a turn"
    say(f"{name}: {suite.settings.repeats * ROUNDS} rounds …")
    task = Task(workload)
    order, samples = task.order(0), Samples(task.inputs, task.targets)
    rate = workload.recipe.optimizer.learning_rate
    rates = np.full(steps, rate, np.float32)
    core = Ours(task, "native", threads=0).core

    def turn(every: int) -> float:
        return seconds(lambda: core.epoch(*samples, order, rates, every)) / steps

    turns = {OURS: lambda: turn(STATISTICS_EVERY), "without": lambda: turn(NEVER)}
    for warm_up in turns.values():
        warm_up()
    rounds = interleaved(turns, suite.settings.repeats * ROUNDS)
    note_rounds(suite, name, rounds)
    ours, others = medians(rounds, scale=1e6)
    return Result(name, "µs/step", ours, others)
