"""compare: all contenders learn the same workload, in rounds → Results"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from benchmarks.lane import Lane
from benchmarks.measure import interleaved
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.agreement import Judge, Learnt
from benchmarks.training.workload import Task, Workload
from ranvier.engine.choose import thread_count

TURN, QUICK_TURN = 0.25, 0.05  # seconds, for those whose epochs can be cut
QUICK_ROWS = 2_700

Lanes = dict[str, Lane]
"""Each contender's lane, with the number of threads that suits it best."""


def prepared(suite: Suite, workload: Workload) -> tuple[Workload, Lanes]:
    """Make every contender ready to be timed, its mathematics checked.

    Compilers run side by side; what is timed runs alone. A rival that fails or learns
    something else is left out by name. Without ranvier nobody is made ready.

    Raises:
        RuntimeError: ranvier fails, or learns something else.
    """
    workload = sized(suite, workload)
    suite.notes["workloads"][workload.name] = workload.title
    lanes = [lane for lane in suite.trainers if _takes_part(suite, lane, workload)]
    if OURS not in [lane.name for lane in lanes]:
        return workload, {}
    say(f"{workload.name}: {len(lanes)} contenders get ready …")
    learnt = Judge(Task(workload)).expected
    with ThreadPoolExecutor(thread_count(None)) as pool:
        built = list(
            pool.map(lambda lane: _is_built(suite, lane, workload, learnt), lanes)
        )
    ready = [lane for lane, is_ready in zip(lanes, built, strict=True) if is_ready]
    return workload, chosen(suite, workload.name, ready)


def sized(suite: Suite, workload: Workload) -> Workload:
    """Return the workload with as many rows as were asked for."""
    return workload.with_rows(QUICK_ROWS) if suite.settings.is_quick else workload


def chosen(suite: Suite, workload: str, lanes: list[Lane]) -> Lanes:
    """Try all forms and numbers of threads; keep the quickest of each contender."""
    seconds = QUICK_TURN if suite.settings.is_quick else TURN
    best: dict[str, tuple[float, Lane]] = {}
    forms: dict[str, dict[str, object]] = {}
    for lane in lanes:
        form, pace = lane.ask("choose", seconds)
        tried = {"threads": lane.threads, "form": form, "seconds": float(f"{pace:.4g}")}
        if lane.name not in best or pace < best[lane.name][0]:
            best[lane.name] = pace, lane
            forms[lane.name] = {**tried, "others": forms.get(lane.name)}
        else:
            forms[lane.name]["others"] = tried
    suite.notes["forms"][workload] = forms
    return {name: lane for name, (_, lane) in best.items()}


def steps(suite: Suite, workload: Workload, lanes: Lanes) -> Result:
    """Time a step, as part of an epoch."""
    rounds = turns_taken(suite, workload.name, lanes)
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


def turns_taken(suite: Suite, name: str, lanes: Lanes) -> dict[str, list[float]]:
    """Let every lane take its turns; return what each took."""
    say(f"{name}: {suite.settings.repeats} rounds …")
    numbers = {contender: iter(range(1, 10**6)) for contender in lanes}
    turns = {
        contender: lambda contender=contender, lane=lane: lane.ask(
            "turn", next(numbers[contender])
        )
        for contender, lane in lanes.items()
    }
    rounds = interleaved(turns, suite.settings.repeats)
    note_rounds(suite, name, rounds)
    return rounds


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


def _is_built(
    suite: Suite, lane: Lane, workload: Workload, learnt: dict[bool, Learnt]
) -> bool:
    try:
        lane.ask("build", workload, learnt)
    except RuntimeError as error:
        if lane.name == OURS:
            raise
        suite.skip(f"{lane.name} in {workload.name}", str(error))
        return False
    return True
