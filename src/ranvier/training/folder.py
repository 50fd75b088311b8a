"""folder: a run's folder, and the files in it that are written before it starts."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Encoder, Parts
from ranvier.description import Document
from ranvier.errors import DataError, DescriptionError, FileError, shown
from ranvier.training.files import cannot_write, read_file, replace_file
from ranvier.training.tensors import read_tensors, write_tensors

Described = TypeVar("Described", bound=Document)
MEMBERS = "members"
_END = "# the end\n"  # by which a file that was cut short is known


class Rows(NamedTuple):
    """Hold which rows of the data's memory each part has; None is no such part."""

    train: NDArray[np.uint32]
    validation: NDArray[np.uint32] | None
    test: NDArray[np.uint32] | None

    @classmethod
    def of(cls, parts: Parts) -> "Rows":
        """Return the rows of each of the `parts`."""
        return cls(*(None if part is None else part.rows for part in parts))  # type: ignore[arg-type]


class RunFolder(NamedTuple):
    """Name the files of a run."""

    path: Path

    @property
    def facts(self) -> Path:
        """The file that makes a folder a run: written last, when all others stand."""
        return self.path / "run.json"

    @property
    def recipe(self) -> Path:
        """The recipe, as TOML."""
        return self.path / "recipe.toml"

    @property
    def network(self) -> Path:
        """The network, as TOML."""
        return self.path / "network.toml"

    @property
    def rows(self) -> Path:
        """The row numbers of each part."""
        return self.path / "rows.safetensors"

    @property
    def encoder(self) -> Path:
        """What turns raw values into the network's numbers."""
        return self.path / "encoder.safetensors"

    @property
    def history(self) -> Path:
        """One line an epoch, in JSON."""
        return self.path / "history.jsonl"

    @property
    def metrics(self) -> Path:
        """The history as a table in CSV, written at the end."""
        return self.path / "metrics.csv"

    @property
    def weights(self) -> Path:
        """The weights of the best epoch."""
        return self.path / "weights.safetensors"

    @property
    def checkpoint(self) -> Path:
        """The weights of the last epoch, and the optimizer's state."""
        return self.path / "checkpoint.safetensors"

    def member(self, number: int) -> "RunFolder":
        """Name the files of another member of the run, counted from 2."""
        return RunFolder(self.path / MEMBERS / str(number))


def make_folder(folder: str | Path, name: str) -> RunFolder:
    """Make the folder of a new run; "auto" is the next free `runs/<name>-<number>`.

    Raises:
        FileError: the folder cannot be made, or holds a run already.
    """
    path = _path_of("runs" if folder == "auto" else folder)
    try:
        if folder == "auto":
            path = _next_free(path, name)
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise FileError(cannot_write(path, error)) from None
    made = RunFolder(path)
    if made.facts.exists():
        raise FileError(
            f"{path} holds a run already; go on with it with `ranvier resume {path}`, "
            "or choose another folder."
        )
    return made


def _path_of(folder: str | Path) -> Path:
    if isinstance(folder, (str, Path)) and str(folder):
        return Path(folder)
    raise FileError(
        f"folder={shown(folder)}: expected the path of a folder, such as "
        '"runs/digits-1".'
    )


def open_folder(folder: str | Path) -> RunFolder:
    """Return the folder of a run that stands.

    Raises:
        FileError: there is no run in it.
    """
    opened = RunFolder(_path_of(folder))
    if not os.path.isfile(opened.facts):  # noqa: PTH113 (which raises, unreadable)
        raise FileError(
            f"{opened.path} holds no run: there is no file run.json in it "
            "that you may read; give the "
            'folder of a run, such as "runs/digits-1".'
        )
    return opened


def write_description(path: Path, described: Document) -> None:
    """Write a network or a recipe as TOML."""
    replace_file(path, f"{described.to_toml()}{_END}".encode())


def read_description(path: Path, kind: type[Described]) -> Described:
    """Return the network or recipe in a TOML file.

    Raises:
        FileError: the file is missing, or describes something else.
    """
    try:
        text = read_file(path).decode()
        described = kind.from_toml(text)
    except (DescriptionError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be used: {error}") from None
    if not text.endswith(_END):
        raise FileError(
            f"{path} was cut short: the end of the {kind.__name__} is missing; restore "
            "it, or train again in another folder."
        )
    return described


def write_table(path: Path, table: dict[str, Any]) -> None:
    """Write a table as JSON."""
    text = json.dumps(table, indent=2, ensure_ascii=False, allow_nan=False)
    replace_file(path, f"{text}\n".encode())


def read_table(path: Path) -> dict[str, Any]:
    """Return the table in a JSON file.

    Raises:
        FileError: the file is missing, or holds no table.
    """
    try:
        table = json.loads(read_file(path))
    except (ValueError, RecursionError):
        table = None
    if not isinstance(table, dict):
        raise FileError(
            f"{path} holds no JSON table: it was cut short or altered; restore it, or "
            "train again in another folder."
        )
    return table


def write_rows(path: Path, rows: Rows) -> None:
    """Write the row numbers of the parts that there are."""
    named = {name: part for name, part in rows._asdict().items() if part is not None}
    write_tensors(path, named, {})


def read_rows(path: Path) -> Rows:
    """Return the row numbers that `write_rows` wrote.

    Raises:
        FileError: the file is missing, cut short, or holds something else.
    """
    arrays = read_tensors(path).arrays
    fits = all(one.dtype == np.uint32 and one.ndim == 1 for one in arrays.values())
    if not (fits and {"train"} <= set(arrays) <= set(Rows._fields)):
        raise FileError(
            f"{path} holds {sorted(arrays)}; expected row numbers called train, "
            "validation and test; restore the file, or train again elsewhere."
        )
    return Rows(arrays["train"], arrays.get("validation"), arrays.get("test"))


def write_encoder(path: Path, encoder: Encoder) -> None:
    """Write the encoder's arrays and texts."""
    write_tensors(path, encoder.to_arrays(), encoder.to_texts())


def read_encoder(path: Path) -> Encoder:
    """Return the encoder that `write_encoder` wrote.

    Raises:
        FileError: the file is missing, cut short, or holds something else.
    """
    try:
        return Encoder.from_arrays(*read_tensors(path))
    except (DataError, DescriptionError) as error:
        raise FileError(f"{path} cannot be used: {error}") from None


def _next_free(parent: Path, name: str) -> Path:
    """Make the folder too, so that two trainings at once never get the same."""
    parent.mkdir(exist_ok=True)
    heads_tails = (path.name.rpartition("-") for path in parent.iterdir())
    taken = [tail for head, _, tail in heads_tails if head == name]
    number = max((int(tail) for tail in taken if tail.isdecimal()), default=0)
    while True:
        number += 1
        path = parent / f"{name}-{number}"
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
