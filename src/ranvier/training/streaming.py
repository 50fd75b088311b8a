"""streaming: rows that are made while those before them are learnt from."""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import (
    STATISTICS_EVERY,
    EpochStatistics,
    Evaluation,
    Failure,
    Program,
)
from ranvier.errors import DescriptionError
from ranvier.recipe import LBFGS, Recipe
from ranvier.training.portion import Block, Portion, Rows


class Taken(NamedTuple):
    """Say how the steps of an epoch went, and the seconds that they waited for rows.

    waited: None where all rows lay ready.
    """

    statistics: EpochStatistics
    waited: float | None


class Judged(NamedTuple):
    """Hold the mean loss and accuracy, and the seconds that it waited for rows."""

    evaluation: Evaluation
    waited: float | None


def learn(
    program: Program,
    train: Portion,
    rows: Rows,
    learning_rates: NDArray[np.float32],
    batch_size: int,
) -> Taken:
    """Take one step for each batch of `rows`, with the learning rate of that step.

    Rows that are made for it give the same steps as those that lie ready, to the bit
    but for what an engine rounds between calls, and the same means but for rounding.
    """
    stream = _Stream(train, rows, batch_size)
    done: list[_Part] = []
    for begin, block in stream:
        steps = math.ceil(len(block.rows) / batch_size)
        first = begin // batch_size
        said = program.epoch(*block, learning_rates[first : first + steps])
        done.append(_Part(block.weight, first, steps, said))
        if said.failure:
            break
    return Taken(_joined(done), stream.waited)


def judge(program: Program, portion: Portion) -> Judged:
    """Return the mean loss and accuracy over the rows of a part."""
    stream = _Stream(portion, portion.rows, 1)
    parts = [(block.weight, program.evaluate(*block)) for _, block in stream]
    return Judged(mean_of(parts), stream.waited)


def mean_of(parts: Sequence[tuple[float, Evaluation]]) -> Evaluation:
    """Return what was found of all rows, from each part and how much it weighs."""
    if len(parts) == 1:
        return parts[0][1]
    weights = [weight for weight, _ in parts]
    loss = _mean((one.loss for _, one in parts), weights)
    if parts[0][1].accuracy is None:
        return Evaluation(loss, None)
    return Evaluation(loss, _mean((one.accuracy or 0.0 for _, one in parts), weights))


def check_streamed(recipe: Recipe, train: Portion) -> None:
    """Make sure that a recipe can learn from rows that are made block by block.

    Raises:
        DescriptionError: its optimizer needs all rows at once.
    """
    if not (train.is_streamed and isinstance(recipe.optimizer, LBFGS)):
        return
    rows, width = len(train.rows), train.samples.inputs.shape[1]
    raise DescriptionError(
        f"lbfgs learns from all {rows:,} rows at once, which take "
        f"{rows * width * 4 / 1e9:.3g} GB as numbers; allow for more than twice as "
        'much, as in RANVIER_MEMORY=64GB, or use optimizer="adam".'
    )


class _Part(NamedTuple):
    """Hold what some steps of an epoch gave, and how much their rows weigh."""

    weight: float
    first: int
    steps: int
    said: EpochStatistics


class _Stream:
    """Make blocks in a thread, each while the one before is used.

    Blocks whose rows weigh nothing are left out, if there is another.
    """

    def __init__(self, portion: Portion, rows: Rows, batch_size: int) -> None:
        self._portion, begin = portion, 0
        self._cuts: list[tuple[int, Rows]] = []
        for cut in portion.cut(rows, batch_size):
            self._cuts.append((begin, cut))
            begin += len(cut)
        self.waited: float | None = None
        if portion.is_streamed:
            self.waited = 0.0
            weighty = [one for one in self._cuts if self._weighs(one)]
            self._cuts = weighty or self._cuts[:1]

    def _weighs(self, cut: tuple[int, Rows]) -> bool:
        weights = self._portion.samples.weights
        return weights is None or bool(weights[cut[1]].any())

    def __iter__(self) -> Iterator[tuple[int, Block]]:
        """Yield blocks, each with where it begins among all rows."""
        if self.waited is None:
            for begin, cut in self._cuts:
                yield begin, self._portion.block(cut)
            return
        with ThreadPoolExecutor(1) as pool:
            coming = [pool.submit(self._portion.block, self._cuts[0][1])]
            for number, (begin, _) in enumerate(self._cuts, 1):
                start = time.perf_counter()
                block = coming.pop().result()
                self.waited += time.perf_counter() - start
                for _, after in self._cuts[number : number + 1]:
                    coming.append(pool.submit(self._portion.block, after))
                yield begin, block


def _joined(parts: Sequence[_Part]) -> EpochStatistics:
    """Return the statistics of all steps; of a failure, those before its block."""
    last = parts[-1]
    if len(parts) == 1:
        return last.said
    failure = last.said.failure
    if failure:
        parts = parts[:-1]
        failure = Failure(last.first + failure.step, failure.layer)
    weights = [part.weight for part in parts]
    sampled = [math.ceil(part.steps / STATISTICS_EVERY) for part in parts]
    norms = {
        layer: _mean((part.said.gradient_norms[layer] for part in parts), sampled)
        for layer in last.said.gradient_norms
    }
    accuracy = None
    if last.said.accuracy is not None:
        accuracy = _mean((part.said.accuracy or 0.0 for part in parts), weights)
    loss = _mean((part.said.loss for part in parts), weights)
    return EpochStatistics(loss, accuracy, norms, failure)


def _mean(figures: Iterable[float], weights: Sequence[float]) -> float:
    return float(np.average(list(figures), weights=weights))
