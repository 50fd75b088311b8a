"""ten_epochs: LeNet-5 trained as a user trains it, and how good it is then.

Validation after each epoch is part of it. The rivals' seconds are their steps, as many
as ten epochs have, without validation.
"""

from statistics import mean
from typing import Any

from benchmarks.measure import seconds
from benchmarks.results import Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.compare import note_rounds
from benchmarks.training.lenet import NETWORK, RECIPE
from benchmarks.training.workload import ROWS, Workload
from ranvier import Model, Network, data, train


def ten_epochs(suite: Suite, workload: Workload, step: Result) -> list[Result]:
    """Train to the end in every round; `step` is what a step took everywhere."""
    if suite.settings.is_quick:
        return []
    name = f"{workload.name}-{RECIPE.epochs}-epochs"
    say(f"{name}: {suite.settings.repeats} rounds …")
    digits = data.load("digits")
    runs: list[Any] = []

    def turn() -> None:
        runs.append(train(Network(NETWORK.layers), digits, RECIPE, folder=None))

    rounds = {"ranvier": [seconds(turn) for _ in range(suite.settings.repeats)]}
    note_rounds(suite, name, rounds)
    scores = [Model.from_run(run).evaluate(digits.test).accuracy for run in runs]
    suite.notes["workloads"][name] = (
        f"{workload.title}, {RECIPE.epochs} epochs, test accuracy {mean(scores):.2%}"
    )
    ours, _ = medians(rounds)
    steps = RECIPE.epochs * workload.steps(ROWS)
    rivals = {rival: figure * steps / 1e6 for rival, figure in step.rivals.items()}
    rate = RECIPE.epochs * ROWS / ours
    return [
        Result(
            name,
            "s",
            ours,
            rivals,
            rate=rate,
            operations=workload.operations * rate,
            peak=suite.measure_peak().all_cores,
            accuracy=mean(scores),
        )
    ]
