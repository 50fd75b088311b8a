"""plane: data over two numbers → where their rows lie, and what a model says there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.chart import PALETTE
from ranvier.data import Dataset
from ranvier.errors import DataError
from ranvier.model import Model
from ranvier.report.pictures.surfaces import Numbers

_NUMBERS = {"number", "count"}
_MOST_CLASSES = len(PALETTE)
_TINT, _STEPS = 0.4, 12  # how strong a class's ground is, and how many shades it has


def check_plane(data: Dataset) -> None:
    """Make sure that data are classes over two numbers.

    Raises:
        DataError: they are not.
    """
    schema = data.schema
    learnt = [column for column in schema.columns if column.is_learnt]
    named = ", ".join(f"{column.name} ({column.kind})" for column in learnt)
    if schema.input_shape != (2,) or not {one.kind for one in learnt} <= _NUMBERS:
        raise DataError(
            f"{schema.name} has inputs of shape {schema.input_shape}"
            f"{f', {named}' if named else ''}; what a network sees is drawn over two "
            "numbers: give data of two, or of a table choose them, as in --column "
            "NAME=number and, for all others, --column NAME=ignored."
        )
    if not 2 <= len(schema.classes) <= _MOST_CLASSES:
        raise DataError(
            f"{schema.name} has {len(schema.classes)} classes ({schema.task}); where "
            f"each is seen is drawn for 2 to {_MOST_CLASSES}: give such data."
        )


def input_names(data: Dataset) -> list[str]:
    """Return what the two inputs are called."""
    names = [column.name for column in data.schema.columns if column.is_learnt]
    return names or ["input 1", "input 2"]


def spots(data: Dataset) -> Numbers:
    """Return where rows lie, (N, 2); a missing cell is no number."""
    if not data.schema.is_table:
        return np.asarray(data.inputs, np.float64)
    cells = [data.cells(name).to_numpy() for name in input_names(data)]
    return np.stack(cells, axis=1).astype(np.float64)


def chances(model: Model, x: Numbers, y: Numbers) -> Numbers:
    """Return how probable each class is over a grid, (Y, X, C)."""
    over = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    names = [column.name for column in model.schema.columns if column.is_learnt]
    rows: Any = {name: over[:, i].tolist() for i, name in enumerate(names)} or over
    found = model.predict_proba(rows)
    return found.reshape(len(y), len(x), -1).astype(np.float64)


def tinted(probable: Numbers) -> NDArray[np.uint8]:
    """Return shades (H, W, 3) of the classes that are probable, from the top row down.

    probable: (H, W, C), the rows from below.
    """
    steps = np.rint(probable[::-1] * _STEPS)
    shares = steps / steps.sum(axis=-1, keepdims=True)
    colours = np.array([_bytes(PALETTE[one]) for one in range(probable.shape[-1])])
    tints = 255 - _TINT * (255 - colours)
    shades: NDArray[np.uint8] = np.rint(shares @ tints).astype(np.uint8)
    return shades


def margins(probable: Numbers) -> list[Numbers]:
    """Return how far each class but the last is before all others, (H, W) each.

    A network goes over from one class to another where one of them is 0.
    """
    found = []
    for one in range(probable.shape[-1] - 1):
        others = np.delete(probable, one, axis=-1).max(axis=-1)
        found.append(probable[..., one] - others)
    return found


def _bytes(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))
