"""rows: a file of pictures or of rows → rows to predict, each with its name."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Schema, read_image, read_sound
from ranvier.errors import DataError, FileError

_ARRAY_FILES = (".npy", ".npz")
_NAMES = ("x_test", "X", "inputs", "images")
"""The arrays of an .npz file that are taken for rows, the first that is there."""


class Rows(NamedTuple):
    """Hold rows, an array (N, …) or a frame, what each is called, and their file."""

    names: list[str]
    values: Any
    path: str


def read_rows(paths: Sequence[str], schema: Schema) -> Iterator[Rows]:
    """Yield the rows in each file, pictures in the form of `schema`.

    Raises:
        FileError: a file is missing, damaged or of another kind.
        DataError: a picture is blank, or the model reads no pictures.
    """
    for path in paths:
        if schema.is_table:
            yield _table_rows(path)
        elif Path(path).suffix.lower() in _ARRAY_FILES:
            yield _array_rows(Path(path))
        elif schema.sound is not None:
            yield Rows([path], read_sound(path, schema.sound)[None], path)
        else:
            yield Rows([path], _picture(path, schema)[None], path)


def _picture(path: str, schema: Schema) -> NDArray[np.uint8]:
    if schema.image is None:
        raise DataError(
            f"{path}: the model was trained on rows of shape {schema.input_shape}, not "
            "on pictures; give an .npy or .npz file of such rows."
        )
    return read_image(path, schema.image)


def _table_rows(path: str) -> Rows:
    from ranvier.data.sources import read_frame

    frame = read_frame(path)
    names = [f"{path} row {number}" for number in range(1, len(frame) + 1)]
    return Rows(names, frame, path)


def _array_rows(path: Path) -> Rows:
    values = _array(path)
    if values.ndim == 0 or len(values) == 0:
        raise DataError(f"{path} holds no rows; give an array of rows (N, …).")
    names = [f"{path} row {number}" for number in range(len(values))]
    return Rows(names, values, str(path))


def _array(path: Path) -> NDArray[Any]:
    try:
        with path.open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            return loaded if isinstance(loaded, np.ndarray) else _named(loaded, path)
    except DataError:
        raise
    except FileNotFoundError:
        raise FileError(f"there is no file {path}; give one with rows.") from None
    except Exception as error:  # NumPy raises errors of many kinds for damaged files
        raise FileError(
            f"{path} cannot be read as rows ({error}); expected an array of numbers as "
            "numpy.save or numpy.savez writes it."
        ) from None


def _named(arrays: Any, path: Path) -> NDArray[Any]:
    known = [name for name in (*_NAMES, *arrays.files) if name in arrays.files]
    if not known or (len(arrays.files) > 1 and known[0] not in _NAMES):
        raise DataError(
            f"{path} holds the arrays {', '.join(arrays.files) or 'of no name'}; "
            f"expected one array, or one called {', '.join(_NAMES)}."
        )
    values: NDArray[Any] = arrays[known[0]]
    return values
