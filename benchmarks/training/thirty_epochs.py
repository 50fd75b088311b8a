"""thirty_epochs: the crash course's whole training, beside the same loop elsewhere.

ranvier takes all epochs; rivals take the first few, and their time is scaled up.
"""

from benchmarks.measure import interleaved
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.compare import Lanes, note_rounds
from benchmarks.training.workload import Workload

BESIDE = {"pytorch-eager": 1, "jax-scan": 2}
"""Those it is measured beside, and how many epochs each takes."""


def whole_training(suite: Suite, workload: Workload, lanes: Lanes) -> list[Result]:
    """Time all epochs of the recipe; a result for each rival that is here."""
    epochs = workload.recipe.epochs
    taken = {name: BESIDE.get(name, epochs) for name in (OURS, *BESIDE)}
    present = {name: lanes[name] for name in taken if name in lanes}
    if len(present) < 2:
        return []
    say(f"{workload.name}: {epochs} epochs, {suite.settings.repeats} rounds …")
    turns = {
        name: lambda name=name, lane=lane: (
            lane.ask("train", taken[name]) * epochs / taken[name]
        )
        for name, lane in present.items()
    }
    rounds = interleaved(turns, suite.settings.repeats)
    note_rounds(suite, f"{workload.name}-{epochs}-epochs", rounds)
    ours, rivals = medians(rounds)
    rows, peak = workload.rows * epochs, suite.measure_peak().all_cores
    return [
        Result(
            f"{workload.name}-{epochs}-epochs-beside-{name}",
            "s",
            ours,
            {name: figure},
            rate=rows / ours,
            operations=workload.operations * rows / ours,
            peak=peak,
        )
        for name, figure in rivals.items()
    ]
