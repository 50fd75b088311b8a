"""course: a training, epoch by epoch, with the weights that it had at some of them."""

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Parts
from ranvier.engine.choose import choose, thread_count
from ranvier.model import Model
from ranvier.model.file import Contents
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training.learner import Learner, program_of
from ranvier.training.prepare import prepare
from ranvier.training.run import Run
from ranvier.training.sweep import swept, with_rate
from ranvier.training.trainer import new_run


class Course(NamedTuple):
    """Hold a training as it went.

    parts: the rows that were learnt, and those it was judged on.
    weights: those before the first epoch, by 0, and after each epoch that was asked
        for, by its number; and those after the last.
    broken: why it ended before its time, in words; None if it did not.
    """

    run: Run
    parts: Parts
    weights: dict[int, dict[str, NDArray[np.float32]]]
    broken: str | None

    def model(self, epoch: int) -> Model:
        """Return the model that the network was after an epoch."""
        run = self.run
        weights = self.weights[epoch]
        contents = Contents(run.network, run.schema, run.recipe, run.encoder, weights)
        return Model(contents, engine=run.engine, threads=1)


def follow(
    network: Network,
    data: Dataset | Parts,
    recipe: Recipe,
    epochs: Collection[int],
    *,
    engine: str = "auto",
    threads: int | None = None,
) -> Course:
    """Train as `train` does, one member, and keep the weights after some epochs.

    Nothing is written. Numbers that are no longer finite end it.

    Raises:
        DescriptionError, DataError: network, data and recipe do not fit each other.
    """
    ready = prepare(network, data, replace(recipe, members=1))
    chosen, threads = choose(engine), thread_count(threads)
    if ready.recipe.optimizer.learning_rate == "auto":
        found = swept(ready, chosen.engine, threads).suggestion
        ready = ready._replace(recipe=with_rate(ready.recipe, found))
    run = new_run(ready, chosen)
    program = program_of(run, chosen.engine, threads)
    learner = Learner.over(run, program, ready.numbers)
    weights, broken = {0: run.parameters}, None
    while not learner.progress.reason:
        learnt = learner.learn()
        if learnt.broken:
            broken = f"{learnt.broken} is no finite number"
            break
        learner.take(learnt)
        number = learnt.epoch.epoch
        if number in epochs or learner.progress.reason:
            weights[number] = learnt.parameters
    return Course(run, ready.parts, weights, broken)
