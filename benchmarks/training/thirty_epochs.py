"""thirty_epochs: the crash course's whole training, beside the same loop elsewhere.

ranvier takes all epochs; rivals take the first few, and their time is scaled up.
"""

from benchmarks.measure import interleaved
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.compare import note_rounds
from benchmarks.training.lane import Lane
from benchmarks.training.workload import Workload

BESIDE = {"pytorch-eager": 1, "jax-scan": 2}
"""Those it is measured beside, and how many epochs each takes."""


def whole_training(suite: Suite, workload: Workload, lanes: list[Lane]) -> list[Result]:
    """Time all epochs of the recipe; a result for each rival that is here."""
    epochs = workload.recipe.epochs
    taken = {lane: _epochs(lane.name, epochs) for lane in lanes}
    lanes = [lane for lane in lanes if taken[lane]]
    if len(lanes) < 2:
        return []
    say(f"{workload.name}: {epochs} epochs, {suite.settings.repeats} rounds …")
    turns = {
        lane.name: lambda lane=lane: (
            lane.ask("train", taken[lane]) * epochs / taken[lane]
        )
        for lane in lanes
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
            beside,
            rate=rows / ours,
            operations=workload.operations * rows / ours,
            peak=peak,
        )
        for name in BESIDE
        if (beside := {key: rivals[key] for key in rivals if key.startswith(name)})
    ]


def _epochs(name: str, epochs: int) -> int:
    if name == OURS:
        return epochs
    return next((BESIDE[key] for key in BESIDE if name.startswith(key)), 0)
