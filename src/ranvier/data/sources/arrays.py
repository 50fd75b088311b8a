"""arrays: inputs and targets of the user's own → Dataset."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data.dataset import Dataset
from ranvier.data.memory import as_array, input_memory
from ranvier.data.schema import ImageForm, Schema
from ranvier.data.sources.targets import Answers, Task, read_targets
from ranvier.errors import DataError


class Origin(NamedTuple):
    """Say what data are called, where they came from, and how many test rows end them.

    `source` is what `ranvier.data.load` reads them from; None for arrays.
    """

    name: str
    source: str | None = None
    test_count: int = 0
    centred: Literal["mass"] | None = None


def from_arrays(
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    name: str = "data",
    classes: Sequence[str] | None = None,
    test: tuple[ArrayLike, ArrayLike] | None = None,
    task: Task | None = None,
) -> Dataset:
    """Make a data set of inputs (N, K) or images (N, H, W[, C]) and their targets.

    Targets (N,) that are whole numbers, booleans or texts name classes; floats (N,)
    or (N, M) are values to be met. `task` overrules that: with "labels", columns
    (N, M) of 1 and 0 say what a row is, which may be several things. `classes` names
    the classes, or the labels, in their order: whole numbers then count from 0. `test`
    is the data's own test part. Bytes stay bytes; a copy is made only where type or
    layout ask for one.

    Raises:
        DataError: the arrays are no data, or do not fit each other.

    >>> data = from_arrays([[0.0, 1.0], [1.0, 0.0]], ["heads", "tails"])
    >>> data.schema.classes
    ('heads', 'tails')
    """
    origin = Origin(name)
    if test is not None:
        if not isinstance(test, (tuple, list)) or len(test) != 2:
            raise DataError(
                f"test={type(test).__name__}: give a pair, as in "
                "test=(test_inputs, test_targets)."
            )
        inputs, targets, count = joined((inputs, targets), (test[0], test[1]))
        origin = Origin(name, test_count=count)
    return packed(inputs, targets, origin, task=task, classes=classes)


def packed(
    inputs: ArrayLike,
    targets: ArrayLike,
    origin: Origin,
    *,
    task: Task | None = None,
    classes: Sequence[str] | None = None,
) -> Dataset:
    """Make a data set whose last `origin.test_count` rows are its own test part.

    Raises:
        DataError: the arrays are no data, or do not fit each other.
    """
    memory = input_memory(inputs)
    answers = read_targets(targets, task, classes)
    check_lengths(len(memory), len(answers.values))
    last = np.arange(len(memory), dtype=np.uint32)[-origin.test_count :]
    return Dataset(
        memory,
        answers.values,
        _schema(memory, answers, origin),
        source=origin.source,
        test_rows=last if origin.test_count else None,
    )


def joined(
    train: tuple[ArrayLike, ArrayLike], test: tuple[ArrayLike, ArrayLike]
) -> tuple[NDArray[Any], NDArray[Any], int]:
    """Return inputs and targets with the test rows last, and the number of those.

    Raises:
        DataError: the parts do not fit each other.
    """
    inputs = _joined(as_array(train[0], "inputs"), as_array(test[0], "test inputs"))
    targets = _joined(as_array(train[1], "targets"), as_array(test[1], "test targets"))
    count = np.shape(test[0])[0]
    check_lengths(count, np.shape(test[1])[0], "test ")
    check_lengths(len(inputs), len(targets))
    return inputs, targets, count


def check_lengths(inputs: int, targets: int, part: str = "") -> None:
    """Make sure that there is one target for each row of inputs.

    Raises:
        DataError: there is not.
    """
    if inputs != targets:
        raise DataError(
            f"there are {inputs} {part}inputs and {targets} {part}targets; give one "
            "target for each row of inputs."
        )


def name_from(path: Path) -> str:
    """Return the name of the data that lie at `path`."""
    kept = (sign if sign.isalnum() else "-" for sign in path.resolve().stem)
    return "".join(kept).strip("-")[:100] or "data"


def _joined(first: NDArray[Any], last: NDArray[Any]) -> NDArray[Any]:
    rows_fit = first.ndim and last.ndim and first.shape[1:] == last.shape[1:]
    if not rows_fit or _sort(first) != _sort(last):
        raise DataError(
            f"the training part has {first.dtype} of shape {first.shape}, the test "
            f"part {last.dtype} of shape {last.shape}; give both parts of one kind."
        )
    return np.concatenate([first, last])


def _sort(array: NDArray[Any]) -> str:
    """Tell apart what must not be mixed: whole numbers and floats, say."""
    kind = array.dtype.kind
    return {"u": "i", "O": "U", "T": "U"}.get(kind, kind)


def _schema(
    memory: NDArray[np.uint8] | NDArray[np.float32], answers: Answers, origin: Origin
) -> Schema:
    outputs = len(answers.classes) or answers.values.shape[1]
    return Schema(
        origin.name,
        memory.shape[1:],
        answers.task,
        answers.classes,
        outputs,
        _form(memory, origin),
        target=answers.names,
    )


def _form(
    memory: NDArray[np.uint8] | NDArray[np.float32], origin: Origin
) -> ImageForm | None:
    shape = memory.shape[1:]
    if memory.dtype != np.uint8 or len(shape) not in (2, 3) or max(shape) > 2**14:
        return None
    if len(shape) == 3 and shape[2] not in (3, 4):
        return None
    height, width, channels = (*shape, 1)[:3]
    return ImageForm(height, width, channels, origin.centred)
