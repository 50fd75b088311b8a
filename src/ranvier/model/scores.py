"""scores: a model's answers beside the truth."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Schema
from ranvier.engine.contract import Samples
from ranvier.errors import DataError
from ranvier.model.answers import (
    check_outputs,
    decided,
    label_chances,
    probabilities,
)
from ranvier.model.file import Contents
from ranvier.model.metrics import class_metrics, metrics, metrics_by_target
from ranvier.model.rows import network_rows
from ranvier.model.together import Outputs, Together
from ranvier.training.calibration import at_temperature
from ranvier.training.metrics import Mistake, confusion, mistakes


class Scores(NamedTuple):
    """Say how well a model does on some rows.

    rows: how many there were. Loss and accuracy weigh them as the data do.
    loss: the mean of the recipe's loss.
    accuracy: the share of right classes, from 0 to 1; None for labels and numbers.
    confusion: (C, C) counts, the true class down and the answer across; None too.
    mistakes: every row with the wrong class, the surest first.
    metrics: the figures of `ranvier.model.metrics`, in the units of the targets.
    by_target: the figures of each label, or of each of several numbers, by its name.
    """

    rows: int
    loss: float
    accuracy: float | None
    confusion: NDArray[np.int64] | None
    mistakes: list[Mistake]
    metrics: dict[str, float]
    by_target: Mapping[str, dict[str, float]] = MappingProxyType({})


class Answered(NamedTuple):
    """Hold what a network was given, what it said (N, M), and the truth."""

    rows: NDArray[Any]
    outputs: NDArray[np.float32]
    targets: NDArray[Any]


def answered(
    together: Together,
    contents: Contents,
    data: Dataset,
    outputs: Outputs | None = None,
) -> Answered:
    """Return what `together`, which runs a model's contents, says of `data`.

    outputs: what was said, where that is known.

    Raises:
        DataError: `data` are of another kind, or have no rows.
    """
    schema = contents.schema
    _check_kind(schema, data)
    inputs = data.frame if schema.is_table else data.inputs
    rows = network_rows(inputs, schema, contents.encoder)
    if outputs is None:
        outputs = together.predict(rows)
    check_outputs(outputs)
    return Answered(rows, outputs, _as_trained(data.targets, schema, data.schema))


def score(
    together: Together,
    contents: Contents,
    data: Dataset,
    outputs: Outputs | None = None,
) -> Scores:
    """Compare the answers of `together`, which runs a model's contents, with the truth.

    outputs: what was said, where that is known.

    Raises:
        DataError: `data` are of another kind, or have no rows.
    """
    rows, outputs, targets = answered(together, contents, data, outputs)
    answers, classes = contents.encoder.answers, contents.schema.classes
    learnt = answers.apply(targets) if answers else targets
    samples = Samples(rows, learnt, data.weights)
    loss, accuracy = together.evaluate(samples, outputs)
    if not classes:
        figures = _figures(contents, outputs, targets, data.weights)
        return Scores(len(rows), loss, accuracy, None, [], *figures)
    temperature, threshold = contents.temperature, contents.threshold
    given = decided(outputs, temperature, threshold)
    chances = at_temperature(probabilities(outputs), temperature)
    found = class_metrics(targets, chances, data.weights, threshold=threshold)
    return Scores(
        len(rows),
        loss,
        accuracy if threshold == 0.5 else found["accuracy"],
        confusion(targets, given, len(classes)),
        mistakes(targets, given, chances),
        found,
    )


def _figures(
    contents: Contents,
    outputs: NDArray[np.float32],
    targets: NDArray[Any],
    weights: NDArray[Any] | None,
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Return the figures of labels or numbers together, and of each of several."""
    schema, answers = contents.schema, contents.encoder.answers
    values: NDArray[Any] = answers.undo(outputs) if answers else outputs
    if schema.has_labels:
        values = label_chances(outputs, contents.temperature)
    whole = metrics(schema.task, targets, values, weights)
    if schema.outputs == 1:
        return whole, {}
    names = schema.answers
    return whole, metrics_by_target(schema.task, names, targets, values, weights)


def _check_kind(schema: Schema, data: Dataset) -> None:
    if not isinstance(data, Dataset) or len(data) == 0:
        raise DataError(
            f"evaluate() was given {data!r}; give a Dataset with at least one row, "
            "such as ranvier.data.from_arrays(inputs, targets)."
        )
    unknown = [name for name in data.schema.classes if name not in schema.classes]
    if unknown and schema.classes:
        raise DataError(
            f"{data.schema.name} has the class {unknown[0]!r}, the model knows "
            f"{', '.join(schema.classes)}; give data with its classes."
        )
    if _kind(data.schema) != _kind(schema):
        raise DataError(
            f"{data.schema.name} has {_kind(data.schema)}, the model was trained on "
            f"{_kind(schema)}; give data of that kind."
        )


def _kind(schema: Schema) -> str:
    if schema.is_table:
        learnt = [f"{one.name} ({one.kind})" for one in schema.columns if one.is_learnt]
        return f"rows of the columns {', '.join(learnt)} with {_answers_of(schema)}"
    return f"rows of {schema.input_shape} with {_answers_of(schema)}"


def _answers_of(schema: Schema) -> str:
    if schema.classes:
        return "classes"
    names = f" ({', '.join(schema.target)})" if len(schema.target) > 1 else ""
    kind = "labels" if schema.has_labels else "numbers"
    return f"{schema.outputs} {kind}{names} as targets"


def _as_trained(targets: NDArray[Any], ours: Schema, theirs: Schema) -> NDArray[Any]:
    """Return class numbers as `ours` counts them; a part may lack some classes."""
    if ours.classes == theirs.classes:
        return targets
    numbers = np.array([ours.classes.index(name) for name in theirs.classes], np.int32)
    renamed: NDArray[Any] = numbers[targets]
    return renamed
