"""load: the one door for data that have a name or lie in a file."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from ranvier.data.dataset import Dataset
from ranvier.data.schema import Schema
from ranvier.data.sources.address import (
    Readers,
    read_address,
    read_options,
    sides,
    yes_or_no,
)
from ranvier.data.sources.builtin import CATALOGUE
from ranvier.data.sources.classified import holds_folders, list_files
from ranvier.data.sources.folder import load_idx_folder
from ranvier.data.sources.npz import load_npz
from ranvier.data.sources.opened import near_names
from ranvier.data.sources.pictures import load_pictures
from ranvier.data.sources.sounds import load_sounds
from ranvier.data.sources.table import load_table
from ranvier.data.sources.tables import is_tabular
from ranvier.data.sources.targets import Task
from ranvier.errors import DataError, FileError, naming, shown, suggest

_READABLE = (
    "a table (CSV, TSV, Parquet, Arrow, JSON Lines as .jsonl, Excel), an .npz file, or "
    "a folder of pictures, sounds or IDX files"
)
_SOUNDS = {".wav", ".flac", ".ogg", ".oga", ".aif", ".aiff", ".mp3"}
_OF_SOUNDS: Readers = {"pattern": str, "rate": int, "seconds": float, "features": str}
_OF_PICTURES: Readers = {"pattern": str, "size": sides, "colour": yes_or_no}


def load(
    name_or_path: str | Path,
    *,
    target: str | Sequence[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    task: Task | None = None,
    like: Schema | None = None,
    drop_missing_targets: bool = False,
    weight: str | None = None,
) -> Dataset:
    """Load data by name, such as "digits", from a file, a folder or a database.

    A table (CSV, TSV, Parquet, Arrow, JSON Lines, Excel, a pattern of such files, an
    address, a query over a connection) needs a `target`: the column to learn to say;
    its path may say how it is read, as in "people.csv?header=no" (see `read_frame`).
    An .npz file holds x_train and y_train (and, if it likes, x_test and y_test), or
    X and y, inputs and targets, images and labels. A folder holds IDX files, gzipped
    or not, under the names that MNIST's have; or a folder for each class, with its
    pictures (`load_pictures`) or recordings (`load_sounds`), read as `?` and options
    after it say, as in "recordings?pattern={label}_{speaker}_{index}.wav&rate=8000".

    kinds: the kind of a column of a table, by its name, where another than the one
        that its cells suggest is right; `ranvier.data.table.KINDS` names them.
    task: "classification", "regression" or "labels" where the target suggests another.
    like: read a table as one of this schema, such as that of a model; other data
        need none.
    drop_missing_targets: leave the rows of a table without an answer out.
    weight: the column of a table that says what each row counts; it is not learnt.

    Raises:
        DataError: no data have this name, or what the file holds cannot be data.
        FileError: the file is missing, damaged, or of another kind.

    >>> len(load("digits"))
    70000
    """
    if not isinstance(name_or_path, (str, Path)):
        raise DataError(
            f"load({name_or_path!r}): expected a name or a path; arrays go to "
            "ranvier.data.from_arrays(inputs, targets), frames to "
            "ranvier.data.from_frame(frame, target)."
        )
    if name_or_path not in CATALOGUE and is_tabular(name_or_path):
        return load_table(
            name_or_path,
            target=target,
            kinds=kinds,
            task=task,
            like=like,
            drop_missing_targets=drop_missing_targets,
            weight=weight,
        )
    if name_or_path in CATALOGUE:
        _check_no_table(name_or_path, target, kinds, task, weight)
        return CATALOGUE[str(name_or_path)]()
    path, options = read_address(name_or_path)
    read = _reader(path, name_or_path, options)
    _check_no_table(name_or_path, target, kinds, task, weight)
    with naming(str(name_or_path)):
        return read(path)


def _check_no_table(given: str | Path, *options: object) -> None:
    names = ("target", "kinds", "task", "weight")
    for name, option in zip(names, options, strict=True):
        if option:
            raise DataError(
                f"{given} is no table, and its answers are known; leave {name} out "
                f"(got {shown(option)})."
            )


def _reader(
    path: Path, given: str | Path, options: Mapping[str, str]
) -> Callable[[Path], Dataset]:
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
        is_empty = is_folder and not any(path.iterdir())
    except OSError as error:
        raise FileError(f"{path} cannot be read ({error}); give {_READABLE}.") from None
    if is_empty:
        raise FileError(f"{path} is an empty folder; give {_READABLE}.")
    if is_folder and (options or holds_folders(path)):
        return partial(_load_classes, options=options)
    if is_folder:
        _check_no_tables(path)
        return load_idx_folder
    if not is_file:
        raise _unknown(given, path)
    if path.suffix.lower() != ".npz":
        raise FileError(
            f"{path} is no kind of file that can be read as data; give {_READABLE}, "
            "or arrays to ranvier.data.from_arrays."
        )
    return load_npz


def _check_no_tables(folder: Path) -> None:
    files = (file for file in sorted(folder.iterdir()) if file.suffix != ".txt")
    tables = list(filter(is_tabular, files))
    if tables:
        raise DataError(
            f"{folder} is a folder with tables, such as {tables[0].name}; give one of "
            f"them, or all that have the same columns, as in "
            f"{folder}/*{tables[0].suffix}."
        )


def _load_classes(folder: Path, options: Mapping[str, str]) -> Dataset:
    first = list_files(folder, options.get("pattern")).paths[0]
    if first.suffix.lower() in _SOUNDS:
        return load_sounds(folder, **read_options(options, _OF_SOUNDS))
    return load_pictures(folder, **read_options(options, _OF_PICTURES))


def _unknown(given: str | Path, path: Path) -> DataError | FileError:
    if isinstance(given, Path) or path.suffix or len(path.parts) > 1:
        return FileError(f"there is no file or folder {path}; {near_names(path)}.")
    return DataError(
        f"there are no data called {given!r}; {suggest(given, CATALOGUE)}known: "
        f"{', '.join(CATALOGUE)}; or give {_READABLE}."
    )
