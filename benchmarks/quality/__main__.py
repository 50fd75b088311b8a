"""Train each named recipe from several seeds and print its test scores as a table.

Writes benchmarks/results/quality.json: a list of
{task, metric, mean, std, seeds, weights, seconds, goal, most_weights, most_seconds,
reached}. A recipe that is not in the package and data that are not on this machine are
left out by name.
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
    """Name a recipe, its data, and the mean test accuracy that it must reach.

    most_weights: of the network. most_seconds: for one run on two cores. None sets no
        bound.
    """

    recipe: str
    data: str
    accuracy: float
    most_weights: int | None = None
    most_seconds: float | None = None


GOALS = (
    Goal("digits", "digits", 0.975),
    Goal("crash-course", "digits", 0.935),
    Goal("digits-15", "digits", 0.95, most_weights=11_935),
    Goal("digits-100", "digits", 0.981, most_weights=79_510),
    Goal("digits-mlp", "digits", 0.994, most_weights=1_500_000, most_seconds=600),
    Goal("digits-cnn", "digits", 0.995, most_weights=100_000, most_seconds=60),
    Goal("fashion-mlp", FASHION, 0.905),
    Goal("fashion-cnn", FASHION, 0.93, most_weights=100_000),
)


HEADS = (
    *("task", "metric", "mean", "std", "seeds", "weights", "seconds a run"),
    *("goal", "at most weights", "at most seconds", "reached"),
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
    mean, seconds = statistics.mean(scores), (time.perf_counter() - begin) / len(scores)
    weights = network.with_input(data.schema.input_shape).size
    return {
        "task": f"{goal.recipe} on {data.schema.name}",
        "metric": "test accuracy",
        "mean": round(mean, 5),
        "std": round(statistics.stdev(scores), 5) if len(scores) > 1 else None,
        "seeds": len(scores),
        "weights": weights,
        "seconds": round(seconds, 2),
        "goal": goal.accuracy,
        "most_weights": goal.most_weights,
        "most_seconds": goal.most_seconds,
        "reached": is_reached(goal, mean, weights, seconds),
    }


def is_reached(goal: Goal, mean: float, weights: int, seconds: float) -> bool:
    """Tell whether the goal is kept in all its parts."""
    return (
        mean >= goal.accuracy
        and (goal.most_weights is None or weights <= goal.most_weights)
        and (goal.most_seconds is None or seconds <= goal.most_seconds)
    )


def rows(goals: list[Goal], seeds: range) -> list[dict[str, object]]:
    """Return the rows of all recipes that are here with data; name the others."""
    found = []
    for goal in goals:
        try:
            ranvier.read_recipe(goal.recipe)
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
    print(f"| {' | '.join(HEADS)} |\n|{' --- |' * len(HEADS)}")
    for row in table:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    if not given.recipes:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
