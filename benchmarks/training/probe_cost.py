"""probe_cost: a training with the looks that it takes at its layers, and without.

An epoch and a look are timed in turns, and counted as often as the recipe has them.
"""

from benchmarks.measure import interleaved, seconds
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training import crash_course, digits
from benchmarks.training.compare import note_rounds, sized
from benchmarks.training.ours import Ours
from benchmarks.training.workload import Task, Workload
from ranvier.engine.contract import Samples
from ranvier.training.portion import Portion
from ranvier.training.probe import is_probed, probe


def probe_cost(suite: Suite) -> list[Result]:
    """Time the recipes that most people begin with."""
    return [_cost(suite, one) for one in (digits.WORKLOAD, crash_course.WORKLOAD)]


def _cost(suite: Suite, described: Workload) -> Result:
    workload = sized(suite, described)
    name, recipe = f"probes-{workload.name}", workload.recipe
    suite.notes["workloads"][name] = f"{workload.title}, {recipe.epochs} epochs"
    say(f"{name}: {suite.settings.repeats} rounds …")
    task = Task(workload)
    order = task.order(0)
    part = Portion(Samples(task.inputs, task.targets), order)
    ours = Ours(task, "native", threads=0)
    network, loss = workload.network, recipe.loss_for(workload.network)

    def look() -> float:
        return seconds(lambda: probe(network, loss, ours.decode, task.start, part))

    def epoch() -> float:
        return seconds(lambda: ours.epoch(order))

    looks = sum(map(is_probed, range(1, recipe.epochs + 1)))
    turns = {OURS: look, "epoch": epoch}
    for warm_up in turns.values():
        warm_up()
    rounds = interleaved(turns, suite.settings.repeats)
    note_rounds(suite, name, rounds)
    a_look, others = medians(rounds)
    without = recipe.epochs * others["epoch"]
    return Result(name, "s", without + looks * a_look, {"without": without})
