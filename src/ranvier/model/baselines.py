"""baselines: what a constant and a linear model reach, to set a network beside."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Encoder, Parts, Schema
from ranvier.data.budget import budget
from ranvier.errors import DivergedError
from ranvier.model.labels import label_metrics
from ranvier.model.metrics import class_metrics, value_metrics
from ranvier.model.model import Model
from ranvier.model.threshold import settled
from ranvier.network import Dense, Network
from ranvier.recipe import LBFGS, Adam, OneCycle, Recipe, output_for
from ranvier.training import train

Figures = dict[str, float]

_BY_MEDIAN = ("mae", "median_absolute_error", "mape")

_MOST_EXACT = 10_000_000  # numbers times classes that L-BFGS learns from in seconds
_MOST_NUMBERS = 10_000_000  # of values are as many learnt from, of the rows at hand
_MOST_ROWS, _MOST_JUDGED = 1_000_000, 20_000
_STEPS = 100
_BATCH, _FEWEST_BATCHES, _EPOCHS = 64, 2_000, 10


def baselines(
    parts: Parts,
    recipe: Recipe | None = None,
    *,
    judged: Dataset | None = None,
    engine: str = "auto",
    threads: int | None = None,
) -> dict[str, Figures]:
    """Return the `metrics` of "constant" and "linear" on the rows that are judged.

    Both learn from the rows of `parts.train`, weighed as the data weigh them. The
    linear model is a network of one layer, which sees what any network would see,
    with the recipe's class weights, threshold and seed. It takes seconds at most: up to
    some thousand rows it is trained to its bottom by L-BFGS, over more by Adam.

    judged: the test part if left out; else that for validation, else for training.

    A linear model whose numbers break is left out.

    Raises:
        DataError: none of the rows that are judged weighs anything.

    >>> from ranvier.data import from_arrays
    >>> points = from_arrays([[0.0], [1.0], [2.0], [3.0]] * 8, [0, 0, 0, 1] * 8)
    >>> found = baselines(points.split(validation=0.25, test=0.25))
    >>> found["constant"]["accuracy"], found["linear"]["accuracy"]
    (0.75, 1.0)
    """
    judged = judged or parts.test or parts.validation or parts.train
    found = {"constant": constant(parts.train, judged)}
    try:
        model = linear(parts, recipe or Recipe(), engine=engine, threads=threads)
    except DivergedError:
        return found
    model, _ = settled(model, parts.validation)
    return {**found, "linear": model.evaluate(judged).metrics}


def constant(train_part: Dataset, judged: Dataset) -> Figures:
    """Return the figures of one answer for all rows, for each figure the best one.

    Of classes and labels it is their shares among the rows to train on; of numbers
    their mean, and for absolute errors their median.
    """
    targets, weights = train_part.targets, _weights(train_part)
    truth, count = judged.targets, len(judged)
    if train_part.schema.classes:
        shares = np.bincount(targets, weights, len(train_part.schema.classes))
        every = np.tile(shares / shares.sum(), (count, 1))
        return class_metrics(truth, every, judged.weights)
    if train_part.schema.has_labels:
        every = np.tile(np.average(targets, 0, weights), (count, 1))
        return label_metrics(truth, every, judged.weights)
    mean, median = (
        value_metrics(truth, np.tile(answer, (count, 1)), judged.weights)
        for answer in (np.average(targets, 0, weights), _median(targets, weights))
    )
    return mean | {name: median[name] for name in _BY_MEDIAN if name in median}


def linear(
    parts: Parts,
    recipe: Recipe,
    *,
    engine: str = "auto",
    threads: int | None = None,
) -> Model:
    """Return the trained network of one layer: logistic or least-squares regression.

    Raises:
        DivergedError: the numbers were no longer finite.
    """
    schema = parts.train.schema
    layer = Dense(schema.outputs, output_for(schema))
    width = _width(_some(parts.train, _MOST_JUDGED, _MOST_JUDGED, recipe.seed), recipe)
    held = budget().encoded // (width * 4)
    rows, way = _way(len(parts.train), schema.outputs * width, held, schema)
    judged = parts.validation
    if judged:
        judged = _some(judged, min(rows, _MOST_JUDGED), held, recipe.seed)
    few = Parts(_some(parts.train, rows, held, recipe.seed), judged, None)
    plain = replace(
        way,
        seed=recipe.seed,
        class_weight=recipe.class_weight,
        threshold=recipe.threshold,
        encode=recipe.encode,
    )
    run = train(
        Network((layer,)), few, plain, engine=engine, threads=threads, folder=None
    )
    return Model.unsettled(run, engine=engine, threads=threads)


def _width(part: Dataset, recipe: Recipe) -> int:
    """Return how many numbers a row is, or becomes if it is one of a table."""
    if part.schema.is_table:
        return Encoder.fit(part, encode=dict(recipe.encode)).size
    return int(np.prod(part.schema.input_shape))


def _way(rows: int, values: int, held: int, schema: Schema) -> tuple[int, Recipe]:
    """Return how many rows to learn from, and how.

    held: how many of them there is room for at once, as numbers.
    """
    is_few = rows * values <= _MOST_EXACT and rows <= held
    if schema.task == "regression":
        rows = max(min(rows, _MOST_NUMBERS // values, held), 1)
    if schema.task == "regression" or is_few:
        return rows, Recipe(optimizer=LBFGS(), epochs=_STEPS)
    rows = min(rows, _MOST_ROWS)
    epochs = max(_EPOCHS, _FEWEST_BATCHES * _BATCH // rows)
    return rows, Recipe(
        optimizer=Adam(learning_rate=0.003),
        schedule=OneCycle(),
        batch_size=_BATCH,
        epochs=min(epochs, _MOST_ROWS // rows),
        stopping=None,
    )


def _some(data: Dataset, rows: int, held: int, seed: int) -> Dataset:
    """Return so many rows; in a memory of their own if theirs has no room."""
    if rows < len(data):
        random = np.random.default_rng(seed)
        data = data.take(np.sort(random.choice(len(data), rows, replace=False)))
    if len(data.memory_targets) <= held or len(data) > held:
        return data
    inputs = data.frame if data.schema.is_table else data.inputs
    own = Dataset(inputs, data.targets, data.schema)
    return own if data.weights is None else own.with_weights(data.weights)


def _weights(data: Dataset) -> NDArray[np.float64]:
    given = np.ones(len(data)) if data.weights is None else data.weights
    given = np.asarray(given, np.float64)
    return given if given.any() else np.ones(len(data))


def _median(targets: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[Any]:
    """Return the median of each column, each row counted by its weight."""
    order = targets.argsort(axis=0, kind="stable")
    below = weights[order].cumsum(axis=0)
    middle = (below < below[-1] / 2).sum(axis=0)
    columns = np.arange(targets.shape[1])
    upper = (below <= below[-1] / 2).sum(axis=0).clip(max=len(targets) - 1)
    middles: NDArray[Any] = (
        targets[order[middle, columns], columns].astype(np.float64)
        + targets[order[upper, columns], columns]
    ) / 2
    return middles
