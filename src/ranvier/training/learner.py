"""learner: one network, its program and the rows that it learns from."""

import math
import time
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
from ranvier.errors import DataError
from ranvier.recipe.rates import mean_rate, rates
from ranvier.training.checkpoint import Checkpoint
from ranvier.training.divergence import broken_in
from ranvier.training.folder import RunFolder
from ranvier.training.history import Epoch
from ranvier.training.keep import keep_epoch
from ranvier.training.portion import Portion, portion
from ranvier.training.probe import LayerState, is_probed, probe
from ranvier.training.run import Run
from ranvier.training.stopping import Progress, follow
from ranvier.training.streaming import check_streamed, judge, learn
from ranvier.training.weighting import weighed


class Learnt(NamedTuple):
    """Hold what an epoch gave.

    broken: what is no finite number, in words. failure: where the engine met it.
    """

    epoch: Epoch
    parameters: dict[str, NDArray[np.float32]]
    broken: str | None
    failure: Failure | None


class Learner(NamedTuple):
    """Train a run with a program that stands where the run stands."""

    run: Run
    program: Program
    train: Portion
    validation: Portion | None
    progress: Progress

    @classmethod
    def over(
        cls, run: Run, program: Program, parts: Parts, at_once: int = 1
    ) -> "Learner":
        """Return the learner of `run` over the training and validation `parts`.

        at_once: how many learn at the same time, and share the room for blocks.

        Raises:
            DescriptionError: the recipe needs all rows at once, which have no room.
        """
        judged = parts.validation
        validation = None
        if judged:
            validation = portion(judged, judged.memory_weights, at_once)
        train = weighed(parts.train, run.recipe, at_once).weighty()
        if not len(train.rows):
            raise DataError(
                "no row is left to learn from: by class_weight, or by its own weight, "
                "each counts 0; give some class a weight above 0."
            )
        check_streamed(run.recipe, train)
        return cls(run, program, train, validation, follow(run.history, run.recipe))

    @property
    def work(self) -> float:
        """How much an epoch is: its rows times the network's weights."""
        return float(len(self.train.rows)) * self.run.network.size

    def learn(self) -> Learnt:
        """Take the next epoch; the run stays as it is."""
        start = time.perf_counter()
        recipe, number = self.run.recipe, self.progress.epochs + 1
        rows = epoch_order(self.train.rows, recipe.seed, number)
        steps = math.ceil(len(rows) / recipe.batch_size)
        learning_rates = rates(recipe, number, steps, self.run.history)
        learnt, waited = learn(
            self.program, self.train, rows, learning_rates, recipe.batch_size
        )
        judged, longer = self._judged(learnt)
        parameters = self.program.parameters()
        epoch = Epoch(
            epoch=number,
            loss=learnt.loss,
            accuracy=learnt.accuracy,
            val_loss=judged.loss if judged else None,
            val_accuracy=judged.accuracy if judged else None,
            learning_rate=mean_rate(learning_rates),
            gradient_norms=learnt.gradient_norms,
            seconds=time.perf_counter() - start,
            layers=self._states(number, parameters),
            waited=None if waited is None else waited + (longer or 0.0),
        )
        broken = broken_in(learnt, judged, parameters)
        return Learnt(epoch, parameters, broken, learnt.failure)

    def take(self, learnt: Learnt) -> None:
        """Keep an epoch, in the run and in its folder.

        Raises:
            FileError: it cannot be written.
        """
        epoch, run = learnt.epoch, self.run
        self.progress.add(epoch)
        best = self.progress.best_epoch
        if run.folder:
            kept = Checkpoint(epoch.epoch, learnt.parameters, self.program.state())
            keep_epoch(run, RunFolder(run.folder), epoch, kept, best)
        if best == epoch.epoch:
            run.parameters = learnt.parameters
        run.history.append(epoch)

    def _states(
        self, number: int, parameters: dict[str, NDArray[np.float32]]
    ) -> dict[str, LayerState]:
        if not is_probed(number):
            return {}
        network, recipe = self.run.network, self.run.recipe
        decode = Decode(self.run.encoder.scale, self.run.encoder.shift)
        loss = recipe.loss_for(network)
        return probe(network, loss, decode, parameters, self.train)

    def _judged(
        self, learnt: EpochStatistics
    ) -> tuple[Evaluation | None, float | None]:
        if self.validation is None or learnt.failure:
            return None, None
        return judge(self.program, self.validation)


def program_of(run: Run, engine: Engine, threads: int) -> Program:
    """Return a program that starts from the weights of `run`."""
    decode = Decode(run.encoder.scale, run.encoder.shift)
    return engine.program(run.network, run.recipe, decode, run.parameters, threads)
