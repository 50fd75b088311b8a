"""Train each named recipe from several seeds and print its test scores as a table.

Writes benchmarks/results/quality.json: a list of
{task, metric, mean, std, seeds, seconds, goal}.
"""

import dataclasses
import json
import statistics
import time
from pathlib import Path
from typing import NamedTuple

import ranvier

RESULTS = Path(__file__).parents[1] / "results" / "quality.json"
SEEDS = range(5)


class Goal(NamedTuple):
    """Name a recipe, its data, and the mean test accuracy that it must reach."""

    recipe: str
    data: str
    accuracy: float


GOALS = (Goal("digits", "digits", 0.975), Goal("crash-course", "digits", 0.935))


def accuracy(goal: Goal, data: ranvier.Dataset, seed: int) -> float:
    """Return the test accuracy of one run of the recipe."""
    recipe, network = ranvier.read_recipe(goal.recipe)
    assert network is not None
    seeded = dataclasses.replace(recipe, seed=seed)
    run = ranvier.train(network, data, seeded, folder=None)
    return ranvier.Model.from_run(run).evaluate(data.test).accuracy


def measured(goal: Goal) -> dict[str, object]:
    """Return the row of one recipe."""
    data = ranvier.data.load(goal.data)
    begin = time.perf_counter()
    scores = [accuracy(goal, data, seed) for seed in SEEDS]
    return {
        "task": f"{goal.recipe} on {goal.data}",
        "metric": "test accuracy",
        "mean": round(statistics.mean(scores), 5),
        "std": round(statistics.stdev(scores), 5),
        "seeds": len(scores),
        "seconds": round((time.perf_counter() - begin) / len(scores), 2),
        "goal": goal.accuracy,
    }


def main() -> None:
    """Print the table and write the file."""
    rows = [measured(goal) for goal in GOALS]
    print("| task | metric | mean | std | seeds | seconds a run | goal |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
