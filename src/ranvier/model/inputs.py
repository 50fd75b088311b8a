"""inputs: files of tables, pictures, sounds or arrays → rows to answer, in blocks."""

import math
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Schema, read_image, read_sound
from ranvier.data.budget import budget
from ranvier.data.sources.classified import files_in
from ranvier.errors import DataError, FileError

_ARRAY_FILES = (".npy", ".npz")
_NAMES = ("x_test", "X", "inputs", "images")
"""The arrays of an .npz file that are taken for rows, the first that is there."""


class Rows(NamedTuple):
    """Hold some rows, an array (N, …) or a frame, and where they come from.

    files: the one of all rows, or that of each. first: the number of the first row in
        its file, None where each row is a file.
    """

    values: Any
    files: Sequence[str]
    first: int | None = None

    @property
    def file(self) -> str:
        """The file that the rows come from, the first of several."""
        return self.files[0]

    @property
    def names(self) -> list[str]:
        """What each row is called."""
        return [self.name(row) for row in range(len(self.values))]

    def name(self, row: int) -> str:
        """Return what a row is called, given its place among these."""
        if self.first is None:
            return self.files[row]
        return f"{self.file} row {self.first + row}"


def read_rows(paths: Sequence[str | Path], schema: Schema, most: int) -> Iterator[Rows]:
    """Yield the rows in files, some after the others; pictures in the form of `schema`.

    paths: of pictures or recordings also folders that hold them, at any depth.
    most: how many rows of a table to yield at a time.

    Raises:
        FileError: a file is missing, damaged or of another kind, or a folder empty.
        DataError: a picture is blank, or the model reads no pictures.
    """
    files = chain.from_iterable(_files(str(path), schema) for path in paths)
    for is_array, some in groupby(files, _is_array):
        for given in _together(list(some), schema):
            if schema.is_table:
                yield from _table_rows(given[0], most, schema)
            elif is_array:
                yield _array_rows(Path(given[0]))
            else:
                yield Rows(np.stack([_read(one, schema) for one in given]), given)


def _files(path: str, schema: Schema) -> list[str]:
    """Return the files in a folder of pictures or sounds; a file alone."""
    if (schema.image or schema.sound) is None or not Path(path).is_dir():
        return [path]
    found = list(map(str, files_in(Path(path))))
    if not found:
        raise FileError(f"{path} holds no files; give a folder with files to answer.")
    return found


def _is_array(path: str) -> bool:
    return Path(path).suffix.lower() in _ARRAY_FILES


def _together(paths: list[str], schema: Schema) -> Iterator[list[str]]:
    """Yield as many pictures or sounds as there is room for, and other files alone."""
    alone = schema.is_table or _is_array(paths[0])
    room = budget().block // (4 * math.prod(schema.input_shape))
    count = 1 if alone else max(1, room)
    for start in range(0, len(paths), count):
        yield paths[start : start + count]


def _read(path: str, schema: Schema) -> NDArray[Any]:
    if schema.sound is not None:
        return read_sound(path, schema.sound)
    return _picture(path, schema)


def _picture(path: str, schema: Schema) -> NDArray[np.uint8]:
    if schema.image is None:
        raise DataError(
            f"{path}: the model was trained on rows of shape {schema.input_shape}, not "
            "on pictures; give an .npy or .npz file of such rows."
        )
    return read_image(path, schema.image)


def _table_rows(path: str, most: int, schema: Schema) -> Iterator[Rows]:
    from ranvier.data.sources.large import read_parts
    from ranvier.data.sources.table import written_as

    for part in read_parts(path, written_as(schema)):
        for start in range(0, len(part.frame), most):
            rows = part.frame.slice(start, most)
            yield Rows(rows, [part.file], part.first + start)


def _array_rows(path: Path) -> Rows:
    values = _array(path)
    if values.ndim == 0 or len(values) == 0:
        raise DataError(f"{path} holds no rows; give an array of rows (N, …).")
    return Rows(values, [str(path)], 0)


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
