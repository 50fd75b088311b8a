"""loop: epoch after epoch, until the recipe says that it is enough."""

import contextlib
import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Parts, epoch_order
from ranvier.engine.contract import (
    Decode,
    Engine,
    EpochStatistics,
    Evaluation,
    Failure,
    Program,
)
from ranvier.errors import DivergedError, FileError
from ranvier.recipe.rates import mean_rate, rates
from ranvier.training.checkpoint import Checkpoint
from ranvier.training.divergence import broken_in, remedy
from ranvier.training.events import EpochEnded, Event, Finished, OnEvent, Started
from ranvier.training.folder import RunFolder
from ranvier.training.history import Epoch
from ranvier.training.keep import keep_best, keep_end, keep_epoch
from ranvier.training.portion import Portion, portion
from ranvier.training.run import Run
from ranvier.training.stopping import follow
from ranvier.training.weighting import row_weights


def program_of(run: Run, engine: Engine, threads: int) -> Program:
    """Return a program that starts from the weights of `run`."""
    decode = Decode(run.encoder.scale, run.encoder.shift)
    return engine.program(run.network, run.recipe, decode, run.parameters, threads)


class Loop(NamedTuple):
    """Train a run to its end with a program that stands where the run stands."""

    run: Run
    program: Program
    train: Portion
    validation: Portion | None
    tell: OnEvent

    @classmethod
    def over(
        cls, run: Run, program: Program, parts: Parts, on_event: OnEvent | None
    ) -> "Loop":
        """Return the loop of `run` over the training and validation `parts`."""
        judged = parts.validation
        validation = portion(judged, judged.memory_weights) if judged else None
        train = portion(parts.train, row_weights(parts.train, run.recipe))
        return cls(run, program, train, validation, on_event or _silent)

    def go(self) -> Run:
        """Take the epochs that are missing.

        Raises:
            DivergedError: the numbers were no longer finite.
            FileError: an epoch could not be written.
            KeyboardInterrupt: the user stopped it; the message says how to go on.
        """
        try:
            self.tell(Started(self.run))
            self._epochs()
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._interrupted()) from None
        if self.run.folder:
            keep_end(self.run, RunFolder(self.run.folder))
        self.tell(Finished(self.run))
        return self.run

    def _epochs(self) -> None:
        progress = follow(self.run.history, self.run.recipe)
        while progress.reason is None:
            epoch, parameters = self._epoch(progress.epochs + 1)
            progress.add(epoch)
            if self.run.folder:
                kept = Checkpoint(epoch.epoch, parameters, self.program.state())
                self._keep(epoch, kept, progress.best_epoch)
            if progress.best_epoch == epoch.epoch:
                self.run.parameters = parameters
            self.run.history.append(epoch)
            self.tell(EpochEnded(self.run, epoch))

    def _epoch(self, number: int) -> tuple[Epoch, dict[str, NDArray[np.float32]]]:
        start = time.perf_counter()
        recipe = self.run.recipe
        rows = epoch_order(self.train.rows, recipe.seed, number)
        steps = math.ceil(len(rows) / recipe.batch_size)
        learning_rates = rates(recipe, number, steps, self.run.history)
        learnt = self.program.epoch(self.train.samples, rows, learning_rates)
        judged = self._judged(learnt)
        parameters = self.program.parameters()
        if broken := broken_in(learnt, judged, parameters):
            self._fail(number, broken, learnt.failure)
        epoch = Epoch(
            epoch=number,
            loss=learnt.loss,
            accuracy=learnt.accuracy,
            val_loss=judged.loss if judged else None,
            val_accuracy=judged.accuracy if judged else None,
            learning_rate=mean_rate(learning_rates),
            gradient_norms=learnt.gradient_norms,
            seconds=time.perf_counter() - start,
        )
        return epoch, parameters

    def _judged(self, learnt: EpochStatistics) -> Evaluation | None:
        if self.validation is None or learnt.failure:
            return None
        return self.program.evaluate(*self.validation)

    def _keep(self, epoch: Epoch, kept: Checkpoint, best: int) -> None:
        folder = RunFolder(self.run.folder or Path())
        try:
            keep_epoch(self.run, folder, epoch, kept, best)
        except FileError as error:
            raise FileError(f"{error} Then {_go_on(self.run)}.") from None

    def _fail(self, number: int, where: str, failure: Failure | None) -> None:
        """Record the failure in the run and its folder, then raise it."""
        run = self.run
        run.failure = f"diverged in epoch {number}: {where} is no finite number"
        if run.folder:
            keep_end(run, RunFolder(run.folder))
        advice = remedy(number, failure, run.recipe)
        raise DivergedError(f"{run.failure}. {advice}{_kept(run)}.")

    def _interrupted(self) -> str:
        """Write the best weights as the folder has them, and say how to go on."""
        number, folder = len(self.run.history) + 1, self.run.folder
        if not folder:
            return f"stopped in epoch {number}; nothing is kept, as folder=None asks"
        with contextlib.suppress(FileError):
            kept = Run.load(folder)  # may be one epoch ahead of what is told here
            number = len(kept.history) + 1
            keep_best(kept, RunFolder(folder))
        return (
            f"stopped in epoch {number}; all epochs before it are kept: "
            f"{_go_on(self.run)}"
        )


def _kept(run: Run) -> str:
    if not (run.folder and run.history):
        return ""
    return f"; the weights of epoch {run.best_epoch}, the best, are in {run.folder}"


def _go_on(run: Run) -> str:
    return f"go on with ranvier.resume({str(run.folder)!r})"


def _silent(event: Event) -> None:
    """Tell nobody."""
