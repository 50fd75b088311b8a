"""compare: all contenders learn the same workload, in rounds → Results"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from benchmarks.measure import interleaved
from benchmarks.results import Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.lane import Lane
from benchmarks.training.workload import Workload
from ranvier.engine.choose import thread_count

TURN, QUICK_TURN = 0.25, 0.05  # seconds, for those whose epochs can be cut
QUICK_ROWS = 2_700


def prepared(suite: Suite, workload: Workload) -> tuple[Workload, list[Lane]]:
    """Make every contender ready to be timed, its mathematics checked.

    Compilers run side by side; what is timed runs alone.

    Raises:
        RuntimeError: a contender learns something else, or fails.
    """
    quick = suite.settings.is_quick
    if quick:
        workload = workload.with_rows(QUICK_ROWS)
    suite.notes["workloads"][workload.name] = workload.title
    lanes = [lane for lane in suite.lanes if _takes_part(suite, lane, workload)]
    say(f"{workload.name}: {len(lanes)} contenders get ready …")
    with ThreadPoolExecutor(thread_count(None)) as pool:
        list(pool.map(lambda lane: lane.ask("build", workload), lanes))
    turn = QUICK_TURN if quick else TURN
    suite.notes["forms"][workload.name] = {
        lane.name: lane.ask("choose", turn) for lane in lanes
    }
    return workload, lanes


def steps(suite: Suite, workload: Workload, lanes: list[Lane]) -> Result:
    """Time a step, as part of an epoch."""
    say(f"{workload.name}: {suite.settings.repeats} rounds …")
    numbers = {lane.name: iter(range(1, 10**6)) for lane in lanes}
    turns = {
        lane.name: lambda lane=lane: lane.ask("turn", next(numbers[lane.name]))
        for lane in lanes
    }
    rounds = interleaved(turns, suite.settings.repeats)
    note_rounds(suite, workload.name, rounds)
    ours, rivals = medians(rounds, scale=1e6)
    return Result(
        workload.name,
        "µs/step",
        ours,
        rivals,
        rate=workload.recipe.batch_size / ours * 1e6,
        operations=workload.operations * workload.recipe.batch_size / ours * 1e6,
        peak=suite.measure_peak().all_cores,
    )


def note_rounds(suite: Suite, name: str, rounds: Mapping[str, list[float]]) -> None:
    """Keep every turn's seconds, so that the noise can be seen."""
    suite.notes["rounds"][name] = {
        contender: [float(f"{seconds:.4g}") for seconds in turns]
        for contender, turns in rounds.items()
    }


def _takes_part(suite: Suite, lane: Lane, workload: Workload) -> bool:
    refusal = lane.ask("refusal", workload)
    if refusal:
        suite.skip(f"{lane.name} in {workload.name}", refusal)
    return not refusal
