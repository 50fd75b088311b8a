"""compare: all contenders answer the same question, in rounds → a Result"""

from concurrent.futures import ThreadPoolExecutor

from benchmarks.inference.question import Question
from benchmarks.lane import Lane
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.compare import chosen, turns_taken
from ranvier.engine.choose import thread_count


def answers(suite: Suite, question: Question) -> list[Result]:
    """Time a call; a rival that fails or answers something else is left out by name.

    Raises:
        RuntimeError: ranvier fails, or answers something else.
    """
    suite.notes["workloads"][question.name] = question.title
    lanes = [lane for lane in suite.predictors if _takes_part(suite, lane, question)]
    say(f"{question.name}: {len(lanes)} contenders get ready …")
    with ThreadPoolExecutor(thread_count(None)) as pool:
        built = list(pool.map(lambda lane: _is_built(suite, lane, question), lanes))
    ready = [lane for lane, is_ready in zip(lanes, built, strict=True) if is_ready]
    best = chosen(suite, question.name, ready)
    ours, rivals = medians(turns_taken(suite, question.name, best), scale=1e6)
    rate = question.rows / ours * 1e6
    return [
        Result(
            question.name,
            "µs/call",
            ours,
            rivals,
            rate=rate,
            operations=question.operations * rate,
            peak=suite.measure_peak().all_cores,
        )
    ]


def _takes_part(suite: Suite, lane: Lane, question: Question) -> bool:
    refusal = lane.ask("refusal", question)
    if refusal:
        suite.skip(f"{lane.name} in {question.name}", refusal)
    return not refusal


def _is_built(suite: Suite, lane: Lane, question: Question) -> bool:
    try:
        lane.ask("build", question)
    except RuntimeError as error:
        if lane.name == OURS:
            raise
        suite.skip(f"{lane.name} in {question.name}", str(error))
        return False
    return True
