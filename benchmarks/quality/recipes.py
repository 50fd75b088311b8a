"""recipes: the named recipes of pictures, on the test parts of MNIST and its like."""

import dataclasses
from functools import cache, partial

import ranvier
from benchmarks.quality.task import Task

FASHION = "/usr/share/datasets/fashion-mnist"
"""Where the Debian package dataset-fashion-mnist puts its files."""


@cache
def loaded(data: str) -> ranvier.Dataset:
    """Return data by name or path, read once."""
    return ranvier.data.load(data)


def accuracy(recipe: str, data: str, seed: int) -> float:
    """Return the test accuracy of one run of a named recipe."""
    told, network = ranvier.read_recipe(recipe)
    seeded = dataclasses.replace(told, seed=seed)
    run = ranvier.train(network, loaded(data), seeded, folder=None)
    return ranvier.Model.from_run(run).evaluate(loaded(data).test).accuracy


def weights(recipe: str, data: str) -> int:
    """Return the number of weights of a named recipe's network."""
    _, network = ranvier.read_recipe(recipe)
    assert network is not None
    return network.with_input(loaded(data).schema.input_shape).size


def _task(
    recipe: str,
    data: str,
    goal: float,
    most_weights: int | None = None,
    most_seconds: float | None = None,
) -> Task:
    return Task(
        recipe,
        "test accuracy",
        partial(accuracy, recipe, data),
        goal,
        seeds=10,
        most_seconds=most_seconds,
        weights=partial(weights, recipe, data),
        most_weights=most_weights,
    )


TASKS = (
    _task("digits", "digits", 0.975),
    _task("crash-course", "digits", 0.935),
    _task("digits-15", "digits", 0.95, 11_935),
    _task("digits-100", "digits", 0.981, 79_510),
    _task("digits-cnn", "digits", 0.995, 100_000, 60),
    _task("digits-mlp", "digits", 0.994, 1_500_000, 600),
    _task("fashion-mlp", FASHION, 0.905),
    _task("fashion-cnn", FASHION, 0.93, 100_000),
)
