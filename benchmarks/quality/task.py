"""task: what a goal of quality says, and the row of the table that answers it."""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.suite import say


class Task(NamedTuple):
    """Name data, a metric, how it is measured from one seed, and what it must reach.

    score: from a seed to the metric; for errors (`is_error`) less is better.
    seeds: from how many the mean is taken.
    runs: how many trainings one score takes, such as one for each fold.
    most_seconds: for one score on two cores; None sets no bound.
    weights: counts those of the network, of which `most_weights` are allowed.
    """

    name: str
    metric: str
    score: Callable[[int], float]
    goal: float
    is_error: bool = False
    seeds: int = 5
    runs: int = 1
    most_seconds: float | None = None
    weights: Callable[[], int] | None = None
    most_weights: int | None = None


def answered(task: Task, seeds: range) -> dict[str, object]:
    """Return the row of a task: its mean and deviation over the seeds, and seconds.

    The seconds are the median of the scores', which other work disturbs least.
    """
    weights = task.weights() if task.weights else None
    scores, took = [], []
    for seed in seeds:
        begin = time.perf_counter()
        scores.append(task.score(seed))
        took.append(time.perf_counter() - begin)
        say(f"{task.name}, seed {seed}: {scores[-1]:.5f} in {took[-1]:.0f} s")
    seconds = statistics.median(took)
    mean = statistics.mean(scores)
    return {
        "task": task.name,
        "metric": task.metric,
        "mean": round(mean, 5),
        "std": round(statistics.stdev(scores), 5) if len(scores) > 1 else None,
        "seeds": len(scores),
        "weights": weights,
        "seconds": round(seconds, 2),
        "goal": task.goal,
        "most_weights": task.most_weights,
        "most_seconds": task.most_seconds,
        "reached": is_reached(task, mean, weights, seconds),
    }


def is_reached(task: Task, mean: float, weights: int | None, seconds: float) -> bool:
    """Tell whether the goal is kept in all its parts."""
    return (
        (mean <= task.goal if task.is_error else mean >= task.goal)
        and (task.most_weights is None or (weights or 0) <= task.most_weights)
        and (task.most_seconds is None or seconds <= task.most_seconds)
    )
