"""eight_runs: eight runs of 784-30-10 at once, beside the same one after another.

Each is a program of its own with one thread; Python's threads call them, and the
interpreter's lock is let go inside an epoch.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.measure import interleaved, seconds
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.compare import note_rounds, sized
from benchmarks.training.ours import Ours
from benchmarks.training.workload import Task, Workload
from ranvier.engine.choose import thread_count
from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Recipe

RUNS = 8

WORKLOAD = Workload(
    "eight-runs",
    Network([Dense(30, "sigmoid"), Dense(10, "sigmoid")], (784,)),
    Recipe(loss="mse", optimizer=SGD(15.0), batch_size=10),
)


def eight_runs(suite: Suite) -> list[Result]:
    """Time an epoch of all eight, at once and one after another."""
    workload = sized(suite, WORKLOAD)
    suite.notes["workloads"][workload.name] = f"{RUNS} × {workload.title}"
    say(f"{workload.name}: {suite.settings.repeats} rounds …")
    task = Task(workload)
    order = task.order(0)
    runs = [Ours(task, "native", threads=1) for _ in range(RUNS)]
    epochs: list[Callable[[], None]] = [
        lambda run=run: run.epoch(order) for run in runs
    ]
    with ThreadPoolExecutor(thread_count(None)) as pool:
        turns = {
            OURS: lambda: seconds(lambda: list(pool.map(_call, epochs))),
            "one after another": lambda: seconds(lambda: list(map(_call, epochs))),
        }
        rounds = interleaved(turns, suite.settings.repeats)
    note_rounds(suite, workload.name, rounds)
    ours, others = medians(rounds)
    rate = RUNS * workload.rows / ours
    return [
        Result(
            workload.name,
            "s",
            ours,
            others,
            rate=rate,
            operations=workload.operations * rate,
            peak=suite.measure_peak().all_cores,
        )
    ]


def _call(epoch: Callable[[], None]) -> None:
    epoch()
