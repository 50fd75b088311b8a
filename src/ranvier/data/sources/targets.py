"""targets: whatever answers the user holds → class numbers with names, or values."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data.memory import as_array
from ranvier.errors import DataError

Task = Literal["classification", "regression", "labels"]
TASKS: tuple[Task, ...] = get_args(Task)


class Answers(NamedTuple):
    """Hold targets as a data set keeps them: class numbers (N,), or values (N, M).

    names: of labels, one for each column; empty where they have none.
    """

    task: Task
    classes: tuple[str, ...]
    values: NDArray[Any]
    names: tuple[str, ...] = ()


def read_targets(
    targets: ArrayLike, task: Task | None = None, classes: Sequence[str] | None = None
) -> Answers:
    """Return targets as classes (whole numbers, booleans, texts) or values (floats).

    `task` overrules the type; "labels" are columns (N, M) of 1 and 0, or true and
    false. `classes` names the classes, or the labels, in their order.

    Raises:
        DataError: they are neither, or there is but one class.
    """
    array = _answers(targets)
    if task not in (*TASKS, None):
        raise DataError(
            f"task={task!r}: expected {', '.join(TASKS)}, or None to go by the type of "
            "the targets."
        )
    floats = array.dtype.kind == "f"
    if task is None:
        task = "regression" if floats and classes is None else "classification"
    if task == "labels":
        return _labels(array, classes)
    if task == "regression":
        return _values(array, classes)
    array = _column(array)
    if floats:
        array = _whole(array)
    return _named(array, classes) if classes is not None else _found(array)


def _answers(targets: ArrayLike) -> NDArray[Any]:
    array = as_array(targets, "targets")
    if array.dtype.kind in "OT" and array.size:
        array = _texts(array.astype(object))
    if array.dtype.kind not in "biufU":
        raise DataError(
            f"targets are of type {array.dtype}; give whole numbers, booleans or "
            "texts for classes, floats for values."
        )
    if not 1 <= array.ndim <= 2 or array.size == 0:
        raise DataError(
            f"targets have the shape {array.shape}; give one target for each row, "
            "(N,), or several values, (N, M)."
        )
    return array


def _texts(array: NDArray[Any]) -> NDArray[Any]:
    strange = [item for item in array.flat if not isinstance(item, str)]
    if strange:
        raise DataError(
            f"targets are Python objects, such as {strange[0]!r}; give all as texts, "
            "or all as numbers."
        )
    return array.astype(str)


def _values(array: NDArray[Any], classes: Sequence[str] | None) -> Answers:
    if classes is not None:
        raise DataError(
            f"classes={classes!r}: regression has no classes; leave classes out, or "
            'give task="classification".'
        )
    if array.dtype.kind == "U":
        raise DataError(
            "targets are texts, regression needs numbers; leave task out for classes."
        )
    return Answers("regression", (), array.reshape(len(array), -1))


def _labels(array: NDArray[Any], classes: Sequence[str] | None) -> Answers:
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind == "U":
        raise DataError(
            f"targets are {array.dtype} of shape {array.shape}, labels are two columns "
            "or more of 1 and 0; for one column leave the task out."
        )
    names = tuple(str(name) for name in classes or ())
    one_each = len(names) == len(set(names)) == array.shape[1]
    if names and (isinstance(classes, str) or not one_each):
        raise DataError(
            f"classes={classes!r}: there are {array.shape[1]} labels; give each of "
            "them its own name, or leave classes out."
        )
    return Answers("labels", (), array, names)


def _column(array: NDArray[Any]) -> NDArray[Any]:
    if array.ndim == 2 and array.shape[1] != 1:
        raise DataError(
            f"targets have the shape {array.shape}, classes need one column; for "
            "one-hot rows give np.argmax(targets, axis=1), for values "
            'task="regression".'
        )
    return array.reshape(-1)


def _whole(array: NDArray[Any]) -> NDArray[Any]:
    whole = np.isfinite(array) & (np.abs(array) < 2**53)
    whole[whole] = array[whole] == np.rint(array[whole])
    if not whole.all():
        row = int(np.argmin(whole))
        raise DataError(
            f"targets hold {array[row]} in row {row}, classes are whole numbers; give "
            'those, or task="regression".'
        )
    return array.astype(np.int64)


def _found(array: NDArray[Any]) -> Answers:
    values, numbers = np.unique(array, return_inverse=True)
    if len(values) < 2:
        raise DataError(
            f"all {len(array)} targets are {values[0].item()!r}; give rows of two "
            "classes or more."
        )
    names = tuple(str(value) for value in values.tolist())
    return Answers("classification", names, numbers.astype(np.int32))


def _named(array: NDArray[Any], classes: Sequence[str]) -> Answers:
    if isinstance(classes, str):
        raise DataError(
            f"classes={classes!r} is one text; give a list of names, as in "
            '["no", "yes"].'
        )
    names = tuple(str(name) for name in classes)
    if len(names) < 2 or len(set(names)) < len(names):
        raise DataError(
            f"classes={classes!r}: give two names or more, each of them once."
        )
    if array.dtype.kind == "U":
        values, places = np.unique(array, return_inverse=True)
        array = np.array([_place(str(value), names) for value in values])[places]
    outside = (array < 0) | (array >= len(names))
    if outside.any():
        row = int(np.argmax(outside))
        raise DataError(
            f"targets hold {array[row]} in row {row}, classes names {len(names)}: "
            f"numbers go from 0 to {len(names) - 1}; name them all, or leave classes "
            "out."
        )
    return Answers("classification", names, array.astype(np.int32))


def _place(value: str, names: tuple[str, ...]) -> int:
    if value not in names:
        raise DataError(
            f"targets hold {value!r}, classes names {', '.join(names)}; name it too, "
            "or leave classes out."
        )
    return names.index(value)
