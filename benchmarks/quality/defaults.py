"""defaults: tables, trained without a word but the target; a fifth is the test."""

import dataclasses
from collections.abc import Callable
from functools import cache, partial

import numpy as np
from sklearn.metrics import r2_score

import ranvier
from benchmarks.quality import small_sets, tables
from benchmarks.quality.task import Task
from ranvier.data import Dataset, Parts, from_frame
from ranvier.recipe import suited

Held = Callable[[], tables.Frame]


@cache
def loaded(held: Held) -> Dataset:
    """Return a table as data, read once."""
    frame, target = held()
    return from_frame(frame, target, name=held.__name__)


def model(data: Dataset, seed: int, validation: float) -> ranvier.Model:
    """Return the model that the defaults make of `data`, all but the test rows.

    validation: the share of them that is set aside to choose the best epoch by.
    """
    network, recipe = suited(data.schema, len(data))
    recipe = dataclasses.replace(recipe, seed=seed, validation=validation, test=0)
    return ranvier.Model.from_run(ranvier.train(network, data, recipe, folder=None))


def _judged(held: Held, seed: int) -> tuple[ranvier.Model, Dataset]:
    parts = loaded(held).split(validation=0, test=0.2, seed=seed)
    return model(parts.train, seed, validation=0.125), parts.test


def figure(held: Held, metric: str, seed: int) -> float:
    """Return a figure of the test part."""
    trained, test = _judged(held, seed)
    return trained.evaluate(test).metrics[metric]


def r2_of_logarithms(held: Held, seed: int) -> float:
    """Return R² of the logarithms of prices in the test part."""
    trained, test = _judged(held, seed)
    answers = trained.predict(test.frame)
    return float(r2_score(np.log(test.targets[:, 0]), np.log(answers)))


def beyond(name: str, seed: int) -> float:
    """Return by how much the defaults beat scikit-learn's network on a small set."""
    return small_sets.gain(name, partial(_score, seed), seed)


def _score(seed: int, parts: Parts) -> float:
    trained = model(parts.train, seed, small_sets.VALIDATION)
    scores = trained.evaluate(parts.validation)
    return scores.metrics["accuracy" if scores.accuracy is not None else "r2"]


def _table(held: Held, metric: str, goal: float, **bounds: float) -> Task:
    score = partial(figure, held, metric)
    return Task(held.__name__, metric, score, goal, metric == "rmse", **bounds)


def _prices(held: Held, goal: float) -> Task:
    score = partial(r2_of_logarithms, held)
    return Task(held.__name__, "R² of log price", score, goal)


TASKS = (
    _table(tables.adult, "accuracy", 0.866, most_seconds=60),
    _table(tables.california_housing, "rmse", 0.46),
    _prices(tables.diamonds, 0.990),
    _prices(tables.ames, 0.90),
    *(
        Task(
            f"scikit-learn's {name}",
            "R² beyond MLPRegressor's"
            if name == "diabetes"
            else "accuracy beyond MLPClassifier's",
            partial(beyond, name),
            0.0,
            runs=small_sets.FOLDS,
        )
        for name in small_sets.NAMES
    ),
)
