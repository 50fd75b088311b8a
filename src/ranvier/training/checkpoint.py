"""checkpoint: all that a run needs to go on to the same bits."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import Program
from ranvier.engine.parameters import check_parameters, named_parameters
from ranvier.errors import DescriptionError, FileError
from ranvier.network import Network
from ranvier.training.tensors import read_tensors, write_tensors

_PARAMETERS, _STATE = "parameters.", "state."


class Checkpoint(NamedTuple):
    """Hold the weights and the optimizer's state after `epoch` epochs."""

    epoch: int
    parameters: dict[str, NDArray[Any]]
    state: dict[str, NDArray[Any]]


def checkpoint_of(program: Program, epoch: int) -> Checkpoint:
    """Return copies of what `program` holds after `epoch` epochs."""
    return Checkpoint(epoch, program.parameters(), program.state())


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write the file in one step: at every moment, the old or the new one is there.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    parameters = _prefixed(_PARAMETERS, checkpoint.parameters)
    state = _prefixed(_STATE, checkpoint.state)
    write_tensors(path, parameters | state, {"epoch": str(checkpoint.epoch)})


def read_checkpoint(path: Path, network: Network) -> Checkpoint:
    """Return what `write_checkpoint` wrote for `network`.

    Raises:
        FileError: the file is missing, cut short, or of another network.
    """
    arrays, texts = read_tensors(path)
    epoch, parameters = _epoch(path, texts), _unprefixed(_PARAMETERS, arrays)
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise FileError(f"{path} holds {name} with values not finite; {_RESTORE}")
    state = _unprefixed(_STATE, arrays)
    return Checkpoint(epoch, checked(path, network, parameters), state)


def write_weights(path: Path, epoch: int, parameters: Mapping[str, Any]) -> None:
    """Write the weights of `epoch` alone, in one step.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    write_tensors(path, parameters, {"epoch": str(epoch)})


def read_weights(path: Path, epoch: int, network: Network) -> dict[str, NDArray[Any]]:
    """Return the weights of `epoch` that `write_weights` wrote for `network`.

    Raises:
        FileError: the file is missing, cut short, or of another epoch or network.
    """
    arrays, texts = read_tensors(path)
    if _epoch(path, texts) != epoch:
        raise FileError(
            f"{path} holds the weights of epoch {texts['epoch']}, the history says "
            f"that epoch {epoch} is the best; {_RESTORE}"
        )
    return checked(path, network, arrays)


def checked(
    path: Path, network: Network, parameters: dict[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return `parameters`, read from `path`, in the order of `network`.

    Raises:
        FileError: they are not the weights of `network`.
    """
    try:
        check_parameters(network, parameters)
        _check_types(parameters)
    except DescriptionError as error:
        raise FileError(f"{path} does not fit its network: {error}") from None
    return {one.name: parameters[one.name] for one in named_parameters(network)}


def _check_types(parameters: dict[str, NDArray[Any]]) -> None:
    for name, array in parameters.items():
        if array.dtype != np.float32:
            raise DescriptionError(
                f"{name} is {array.dtype}, weights are float32; use weights that "
                "ranvier wrote."
            )


_RESTORE = "restore the folder, or train again in another one."


def _epoch(path: Path, texts: dict[str, str]) -> int:
    text = texts.get("epoch", "")
    if not re.fullmatch("[0-9]{1,18}", text):
        raise FileError(f"{path} does not say of which epoch it is; {_RESTORE}")
    return int(text)


def _prefixed(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {prefix + name: array for name, array in arrays.items()}


def _unprefixed(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
