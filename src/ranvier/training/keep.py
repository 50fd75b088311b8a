"""keep: write a run to its folder, so that a kill at any moment loses one epoch.

The order matters. Of an epoch, its line in the history is written first, then the
checkpoint, then, if it is the best, its weights. Whoever reads takes as many lines as
the checkpoint has epochs, and takes the best weights from the checkpoint if its epoch
is the best: each of the moments between is a whole run.
"""

from pathlib import Path

from ranvier.errors import FileError
from ranvier.training.checkpoint import Checkpoint, write_checkpoint, write_weights
from ranvier.training.files import cannot_write
from ranvier.training.folder import (
    RunFolder,
    read_table,
    write_description,
    write_encoder,
    write_rows,
    write_table,
)
from ranvier.training.history import Epoch, append_epoch, write_history
from ranvier.training.run import Run


def keep_start(run: Run, folder: RunFolder, checkpoint: Checkpoint) -> None:
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
    write_checkpoint(folder.checkpoint, checkpoint)
    write_table(folder.facts, run.facts())


def keep_epoch(folder: RunFolder, epoch: Epoch, kept: Checkpoint, best: bool) -> None:
    """Write an epoch that has ended, in the order that the file's head gives.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    append_epoch(folder.history, epoch)
    write_checkpoint(folder.checkpoint, kept)
    if best:
        write_weights(folder.weights, kept.epoch, kept.parameters)


def keep_resumed(run: Run, folder: RunFolder) -> None:
    """Clear away what a kill has left half done, and forget how the run ended.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    _remove(*folder.path.glob("*.part"))
    write_table(folder.facts, run.facts())
    write_description(folder.recipe, run.recipe)
    write_history(folder.history, run.history)
    if run.history:
        write_weights(folder.weights, run.best_epoch, run.parameters)


def keep_end(run: Run, folder: RunFolder) -> None:
    """Write how the run ended.

    Raises:
        FileError: the folder cannot be written to, or the disk is full.
    """
    write_table(folder.facts, run.facts())


def was_ended(folder: RunFolder) -> bool:
    """Tell whether `keep_end` wrote how the run ended."""
    return "stopped" in read_table(folder.facts)


def _remove(*paths: Path) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(cannot_write(path, error)) from None
