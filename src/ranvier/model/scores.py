"""scores: a model's answers beside the truth."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Schema
from ranvier.data.blocks import blocks
from ranvier.engine.contract import Evaluation, Samples
from ranvier.engine.samples import check_weights
from ranvier.errors import DataError, shown
from ranvier.model.answers import (
    check_outputs,
    decided,
    label_chances,
    probabilities,
)
from ranvier.model.file import Contents
from ranvier.model.metrics import class_metrics, metrics, metrics_by_target
from ranvier.model.rows import block_rows, network_rows
from ranvier.model.together import Outputs, Together
from ranvier.training.calibration import at_temperature
from ranvier.training.metrics import Mistake, confusion, mistakes
from ranvier.training.streaming import mean_of


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
    """Hold what a network said (N, M), and the truth as it was trained."""

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
    targets = _truth(contents, data)
    _check_said(outputs, len(data))
    if outputs is None:
        given = samples_of(contents, data, targets)
        outputs = _joined([together.predict(samples.inputs) for samples in given])
    check_outputs(outputs)
    return Answered(outputs, targets)


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
    classes = contents.schema.classes
    (outputs, targets), (loss, accuracy) = _judged(together, contents, data, outputs)
    if not classes:
        figures = _figures(contents, outputs, targets, data.weights)
        return Scores(len(data), loss, accuracy, None, [], *figures)
    temperature, threshold = contents.temperature, contents.threshold
    given = decided(outputs, temperature, threshold)
    chances = at_temperature(probabilities(outputs), temperature)
    found = class_metrics(targets, chances, data.weights, threshold=threshold)
    return Scores(
        len(data),
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


def _judged(
    together: Together, contents: Contents, data: Dataset, outputs: Outputs | None
) -> tuple[Answered, Evaluation]:
    """Return what is said, and its loss and accuracy: of a table, in blocks."""
    targets, weights = _truth(contents, data), data.weights
    _check_said(outputs, len(data))
    if weights is not None:
        check_weights(weights, len(data), np.arange(len(data), dtype=np.uint32))
    said: list[Outputs] = []
    parts: list[tuple[float, Evaluation]] = []
    for samples in samples_of(contents, data, targets):
        first, count = sum(map(len, said)), len(samples.inputs)
        if outputs is None:
            said.append(together.predict(samples.inputs))
        else:
            said.append(outputs[first : first + count])
        weight = float(count if samples.weights is None else samples.weights.sum())
        if weight:
            parts.append((weight, together.evaluate(samples, said[-1])))
    everything = _joined(said)
    check_outputs(everything)
    return Answered(everything, targets), mean_of(parts)


def _check_said(outputs: Outputs | None, rows: int) -> None:
    if outputs is None or (isinstance(outputs, np.ndarray) and len(outputs) == rows):
        return
    raise DataError(
        f"outputs={shown(outputs)}: give what the model says of each of the {rows:,} "
        "rows, as of `Model.outputs`, or leave it out."
    )


def samples_of(
    contents: Contents, data: Dataset, targets: NDArray[Any]
) -> Iterator[Samples]:
    """Yield what the network reads and learns: of a table, some rows at a time.

    targets: as `answered` gives them.
    """
    schema, answers, weights = contents.schema, contents.encoder.answers, data.weights
    learnt, start = answers.apply(targets) if answers else targets, 0
    size = block_rows(contents.encoder) if schema.is_table else len(data)
    for part in blocks(data, size):
        inputs = part.frame if schema.is_table else part.inputs
        rows = network_rows(inputs, schema, contents.encoder)
        place = slice(start, start + len(part))
        own = None if weights is None else weights[place]
        yield Samples(rows, learnt[place], own)
        start += len(part)


def _joined(said: list[Outputs]) -> Outputs:
    return said[0] if len(said) == 1 else np.concatenate(said)


def _truth(contents: Contents, data: Dataset) -> NDArray[Any]:
    """Return the targets, class numbers as those of the training."""
    check_data(contents.schema, data)
    return _as_trained(data.targets, contents.schema, data.schema)


def check_data(schema: Schema, data: Dataset) -> None:
    """Make sure that a model of this schema can be judged by `data`.

    Raises:
        DataError: `data` are none, of another kind, or have no rows.
    """
    if not isinstance(data, Dataset) or len(data) == 0:
        raise DataError(
            f"data={shown(data)}: give a Dataset with at least one row, such as "
            "ranvier.data.from_arrays(inputs, targets)."
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
