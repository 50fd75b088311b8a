"""Train each named recipe from several seeds and print its test scores as a table.

Writes benchmarks/results/quality.json: a list of
{task, metric, mean, std, seeds, weights, seconds, goal, most_seconds}.
"""

import argparse
import dataclasses
import json
import statistics
import time
from pathlib import Path
from typing import NamedTuple

import ranvier

RESULTS = Path(__file__).parents[1] / "results" / "quality.json"

FASHION = "/usr/share/datasets/fashion-mnist"
"""Where the Debian package dataset-fashion-mnist puts its files."""


class Goal(NamedTuple):
    """Name a recipe, its data, the mean test accuracy it must reach, and in what time.

    most_seconds: for one run on two cores; None sets no bound.
    """

    recipe: str
    data: str
    accuracy: float
    most_seconds: float | None = None


GOALS = (
    Goal("digits", "digits", 0.975),
    Goal("crash-course", "digits", 0.935),
    Goal("digits-15", "digits", 0.95),
    Goal("digits-100", "digits", 0.981),
)


def accuracy(goal: Goal, data: ranvier.Dataset, seed: int) -> float:
    """Return the test accuracy of one run of the recipe."""
    recipe, network = ranvier.read_recipe(goal.recipe)
    assert network is not None
    seeded = dataclasses.replace(recipe, seed=seed)
    run = ranvier.train(network, data, seeded, folder=None)
    return ranvier.Model.from_run(run).evaluate(data.test).accuracy


def measured(goal: Goal, data: ranvier.Dataset, seeds: range) -> dict[str, object]:
    """Return the row of one recipe."""
    _, network = ranvier.read_recipe(goal.recipe)
    assert network is not None
    begin = time.perf_counter()
    scores = [accuracy(goal, data, seed) for seed in seeds]
    return {
        "task": f"{goal.recipe} on {data.schema.name}",
        "metric": "test accuracy",
        "mean": round(statistics.mean(scores), 5),
        "std": round(statistics.stdev(scores), 5) if len(scores) > 1 else None,
        "seeds": len(scores),
        "weights": network.with_input(data.schema.input_shape).size,
        "seconds": round((time.perf_counter() - begin) / len(scores), 2),
        "goal": goal.accuracy,
        "most_seconds": goal.most_seconds,
    }


def rows(goals: list[Goal], seeds: range) -> list[dict[str, object]]:
    """Return the rows of all recipes whose data are here, and name the others."""
    found = []
    for goal in goals:
        try:
            data = ranvier.data.load(goal.data)
        except ranvier.RanvierError as missing:
            print(f"{goal.recipe} is left out: {missing}")
            continue
        found.append(measured(goal, data, seeds))
    return found


def main() -> None:
    """Print the table and write the file."""
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    names = [goal.recipe for goal in GOALS]
    parser.add_argument("recipes", nargs="*", metavar="recipe", help=", ".join(names))
    parser.add_argument("--seeds", type=int, default=10, help="runs of each recipe")
    given = parser.parse_args()
    if unknown := set(given.recipes) - set(names):
        parser.error(f"no recipe {', '.join(unknown)}; known: {', '.join(names)}")
    chosen = [goal for goal in GOALS if goal.recipe in (given.recipes or names)]
    table = rows(chosen, range(given.seeds))
    print(
        "| task | metric | mean | std | seeds | weights | seconds a run | goal | in |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in table:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    if not given.recipes:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
