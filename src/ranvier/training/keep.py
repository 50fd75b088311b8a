"""keep: write a run to its folder, so that a kill at any moment loses one epoch.

The order matters. Of an epoch, its line in the history is written first; then, if it
is the first after the best, the weights of the best; then the checkpoint. Whoever
reads takes as many lines as the checkpoint has epochs, and takes the best weights from
the checkpoint if its epoch is the best: at each moment between, that is a whole run.
"""

import contextlib
from pathlib import Path

from ranvier.errors import FileError
from ranvier.training.checkpoint import Checkpoint, write_checkpoint, write_weights
from ranvier.training.files import cannot_write, replace_file
from ranvier.training.folder import (
    MEMBERS,
    RunFolder,
    read_table,
    write_description,
    write_encoder,
    write_rows,
    write_table,
)
from ranvier.training.history import Epoch, append_epoch, write_history
from ranvier.training.run import Run
from ranvier.training.scalars import csv_text


def keep_start(run: Run, folder: RunFolder, start: Checkpoint) -> None:
    """Write all that is known before the first epoch.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    _remove(folder.weights)
    write_description(folder.network, run.network)
    write_description(folder.recipe, run.recipe)
    write_rows(folder.rows, run.rows)
    write_encoder(folder.encoder, run.encoder)
    write_history(folder.history, [])
    write_checkpoint(folder.checkpoint, start)
    write_table(folder.facts, run.facts())


def discard_start(folder: RunFolder) -> None:
    """Take away what was written for a run that could not begin, and empty folders."""
    with contextlib.suppress(FileError):
        _remove(
            folder.network,
            folder.recipe,
            folder.rows,
            folder.encoder,
            folder.history,
            folder.checkpoint,
        )
    for path in (folder.path / MEMBERS, folder.path):
        with contextlib.suppress(OSError):  # what else lies there stays
            path.rmdir()


def keep_epoch(
    run: Run, folder: RunFolder, epoch: Epoch, kept: Checkpoint, best: int
) -> None:
    """Write an epoch that has ended, in the order that the file's head gives.

    run: as it was before `epoch`. best: the number of the best epoch by now.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    append_epoch(folder.history, epoch)
    if best == epoch.epoch - 1:
        write_weights(folder.weights, best, run.parameters)
    write_checkpoint(folder.checkpoint, kept)


def keep_end(run: Run, folder: RunFolder) -> None:
    """Write the best weights, the table of all epochs, and how the run ended.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    keep_best(run, folder)
    replace_file(folder.metrics, csv_text(run.history).encode())
    write_table(folder.facts, run.facts())


def keep_best(run: Run, folder: RunFolder) -> None:
    """Write the weights of the best epoch, if there is one yet.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    if run.history:
        write_weights(folder.weights, run.best_epoch, run.parameters)


def keep_resumed(run: Run, folder: RunFolder) -> None:
    """Clear away what a kill has left half done, and forget how the run ended.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    _remove(*folder.path.glob("*.part"))
    write_table(folder.facts, run.facts())
    write_description(folder.recipe, run.recipe)
    write_history(folder.history, run.history)
    keep_best(run, folder)


def was_ended(folder: RunFolder) -> bool:
    """Tell whether `keep_end` wrote how the run ended."""
    return "stopped" in read_table(folder.facts)


def _remove(*paths: Path) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(cannot_write(path, error)) from None
