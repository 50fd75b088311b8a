"""history: what each epoch gave, one line of JSON an epoch."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ranvier.errors import FileError
from ranvier.training.files import cannot_write, read_file, replace_file
from ranvier.training.probe import LayerState


class Epoch(NamedTuple):
    """Say how one epoch went; the first has the number 1.

    loss, accuracy: over the training rows, each judged as it was learnt from.
    val_loss, val_accuracy: over the validation rows, after the epoch; None without.
    Accuracies are shares from 0 to 1, and None where there are no classes.
    gradient_norms: for each layer, the mean Euclidean norm of its gradient.
    seconds: for training and validation together.
    layers: how each layer stood after the epoch; looked at after epochs 1, 2, 4, 8 ….
    waited: those of them in which no row of a large table was ready to be learnt from;
        None where all rows were.
    """

    epoch: int
    loss: float
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    learning_rate: float
    gradient_norms: dict[str, float]
    seconds: float
    layers: Mapping[str, LayerState] = MappingProxyType({})
    waited: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the epoch as plain values."""
        layers = {name: state._asdict() for name, state in self.layers.items()}
        said = self._asdict() | {"layers": layers}
        if self.waited is None:
            del said["waited"]
        return said


def append_epoch(path: Path, epoch: Epoch) -> None:
    """Add `epoch` to the end of the file.

    Raises:
        FileError: the file cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(_line(epoch))
    except OSError as error:
        raise FileError(cannot_write(path, error)) from None


def write_history(path: Path, history: list[Epoch]) -> None:
    """Write the whole file anew.

    Raises:
        FileError: the file cannot be written.
    """
    replace_file(path, "".join(map(_line, history)).encode())


def read_history(path: Path, epochs: int) -> list[Epoch]:
    """Return the first `epochs` epochs; what stands after them is not read.

    Raises:
        FileError: the file is missing, or does not hold those epochs.
    """
    lines = read_file(path).split(b"\n")[:epochs]
    try:
        history = [_epoch(line) for line in lines]
    except (TypeError, ValueError, RecursionError):
        history = []
    if [epoch.epoch for epoch in history] != list(range(1, epochs + 1)):
        raise FileError(
            f"{path} does not hold the epochs 1 to {epochs}, one a line; it was "
            "altered: restore it, or train again in another folder."
        )
    return history


def _epoch(line: bytes) -> Epoch:
    epoch = _from_table(dict(json.loads(line)))
    optional = (epoch.accuracy, epoch.val_loss, epoch.val_accuracy, epoch.waited)
    numbers = [epoch.loss, epoch.learning_rate, epoch.seconds]
    numbers += [number for number in optional if number is not None]
    numbers += dict(epoch.gradient_norms).values()
    states = epoch.layers.values()
    if not all([*map(math.isfinite, numbers), *(one.is_finite for one in states)]):
        raise ValueError
    return epoch


def _from_table(said: dict[str, Any]) -> Epoch:
    states = dict(said.pop("layers", {}))
    layers = {name: LayerState(**state) for name, state in states.items()}
    return Epoch(**said, layers=layers)


def _line(epoch: Epoch) -> str:
    return json.dumps(epoch.to_dict(), allow_nan=False) + "\n"
