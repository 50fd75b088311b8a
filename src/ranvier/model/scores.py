"""scores: a model's answers beside the truth."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Encoder, Schema
from ranvier.engine.contract import Program, Samples
from ranvier.errors import DataError
from ranvier.model.answers import check_outputs, class_numbers, probabilities
from ranvier.model.rows import network_rows
from ranvier.training.metrics import Mistake, confusion, mistakes


class Scores(NamedTuple):
    """Say how well a model does on some rows.

    rows: how many there were. Loss and accuracy weigh them as the data do.
    loss: the mean of the recipe's loss.
    accuracy: the share of right classes, from 0 to 1; None for regression.
    confusion: (C, C) counts, the true class down and the answer across; None too.
    mistakes: every row with the wrong class, the surest first.
    """

    rows: int
    loss: float
    accuracy: float | None
    confusion: NDArray[np.int64] | None
    mistakes: list[Mistake]


def score(program: Program, schema: Schema, encoder: Encoder, data: Dataset) -> Scores:
    """Compare the answers of `program`, trained on data of `schema`, with the truth.

    Raises:
        DataError: `data` are of another kind, or have no rows.
    """
    _check_kind(schema, data)
    inputs, given = data.gathered()
    rows = network_rows(inputs, schema, encoder)
    targets = _as_trained(given, schema, data.schema)
    everything = np.arange(len(rows), dtype=np.uint32)
    loss, accuracy = program.evaluate(Samples(rows, targets, data.weights), everything)
    if not schema.classes:
        return Scores(len(rows), loss, accuracy, None, [])
    outputs = program.predict(rows)
    check_outputs(outputs)
    answers = class_numbers(outputs)
    return Scores(
        len(rows),
        loss,
        accuracy,
        confusion(targets, answers, len(schema.classes)),
        mistakes(targets, answers, probabilities(outputs)),
    )


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
    if schema.classes:
        return f"rows of {schema.input_shape} with classes"
    return f"rows of {schema.input_shape} with {schema.outputs} numbers as targets"


def _as_trained(targets: NDArray[Any], ours: Schema, theirs: Schema) -> NDArray[Any]:
    """Return class numbers as `ours` counts them; a part may lack some classes."""
    if ours.classes == theirs.classes:
        return targets
    numbers = np.array([ours.classes.index(name) for name in theirs.classes], np.int32)
    renamed: NDArray[Any] = numbers[targets]
    return renamed
