"""forced_targets: 784-512-10 on older instruction sets, beside their own peaks."""

from benchmarks.lane import Lane
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite
from benchmarks.training import wide
from benchmarks.training.agreement import Judge
from benchmarks.training.compare import chosen, sized, turns_taken
from benchmarks.training.workload import Task
from ranvier.engine.native import _native

TARGETS = ("avx2", "baseline")


def forced_targets(suite: Suite) -> list[Result]:
    """Time a step on each of these targets that the processor has."""
    return [_result(suite, one) for one in TARGETS if one in _native.targets()]


def _result(suite: Suite, target: str) -> Result:
    workload = sized(suite, wide.WITH_SGD)
    name = f"{workload.name}-{target}"
    suite.notes["workloads"][name] = f"{workload.title}, RANVIER_TARGET={target}"
    with Lane(OURS, "training.ours:Ours", None, {"RANVIER_TARGET": target}) as lane:
        lane.ask("build", workload, Judge(Task(workload)).expected)
        best = chosen(suite, name, [lane])
        before = lane.ask("peak")
        rounds = turns_taken(suite, name, best)
        peak = max(before, lane.ask("peak"))
    ours, _ = medians(rounds, scale=1e6)
    rate = workload.recipe.batch_size / ours * 1e6
    return Result(
        name,
        "µs/step",
        ours,
        {},
        rate=rate,
        operations=workload.operations * rate,
        peak=peak,
    )
