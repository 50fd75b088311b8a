"""sweep: a few steps at rates that grow → a learning rate to train at."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Parts, epoch_order
from ranvier.engine.choose import choose, thread_count
from ranvier.engine.contract import Decode, Engine, Program
from ranvier.engine.parameters import initial_parameters
from ranvier.errors import DescriptionError
from ranvier.network import Network
from ranvier.recipe import LBFGS, Recipe
from ranvier.recipe.optimizers import own_rate
from ranvier.training.portion import Portion
from ranvier.training.prepare import Prepared, prepare
from ranvier.training.weighting import weighed

Numbers = NDArray[np.float64]

STEPS = 200
_LOWEST, _HIGHEST = 1e-4, 1e3  # of the optimizer's own rate
_FEWEST_ROWS = 32  # of fewer, the losses tell more of single rows than of rates
_WIDTH = 0.25  # of the smoothing, in powers of ten of the rate
_NEAR, _FAR = 10, 50  # a suggestion is so far below where the loss broke
_FALL = 0.25  # by such a share of itself a loss falls if it learns; less may be chance


class RateSweep(NamedTuple):
    """Hold the losses of a sweep over learning rates, and which rate to take.

    rates: (S,) those tried, each larger, up to the one at which the loss broke.
    losses: (S,) of the batches before the steps at each rate, smoothed. Both are
        empty where no sweep could be made.
    suggestion: the rate to take.
    reason: why, in words.
    """

    rates: Numbers
    losses: Numbers
    suggestion: float
    reason: str

    def __str__(self) -> str:
        return f"{self.suggestion:g}: {self.reason}"


def find_learning_rate(
    network: Network | None,
    data: Dataset | Parts,
    recipe: Recipe | None = None,
    *,
    engine: str = "auto",
    threads: int | None = None,
) -> RateSweep:
    """Try rates that grow step by step, and suggest the one to train at.

    network, data, recipe, engine, threads: as for `train`, which does this itself
    where the optimizer has `learning_rate="auto"`. The batches are those that it
    begins with; the validation and test rows are not touched.

    The suggestion is the rate at which the logarithm of the loss fell fastest, between
    a fiftieth and a tenth of that at which the loss broke. Each rate is tried on 32
    rows or more. It is the optimizer's own
    rate where there are too few rows, or where no rate made the loss fall.
    Smith 2017, section 3.3, which takes one growing rate a step, as here.

    Raises:
        DescriptionError, DataError: network, data and recipe do not fit each other, or
            the optimizer is lbfgs.

    >>> from ranvier.data import from_arrays
    >>> from ranvier.network import Dense
    >>> points = from_arrays([[0.0], [1.0], [2.0], [3.0]] * 8, [0, 0, 1, 1] * 8)
    >>> recipe = Recipe(optimizer="sgd", validation=0, test=0)
    >>> sweep = find_learning_rate(Network([Dense(2, "softmax")]), points, recipe)
    >>> sweep.suggestion
    10.0
    """
    ready = prepare(network, data, recipe)
    if isinstance(ready.recipe.optimizer, LBFGS):
        raise DescriptionError(
            "lbfgs searches for the length of each step, and has no learning rate to "
            'be found; train with it as it is, or use optimizer="adam".'
        )
    return swept(ready, choose(engine).engine, thread_count(threads))


def swept(ready: Prepared, engine: Engine, threads: int) -> RateSweep:
    """Return the sweep over the training rows of what fits together."""
    network, recipe, encoder = ready.network, ready.recipe, ready.encoder
    train, own = ready.numbers.train, own_rate(recipe.optimizer)
    learnt = weighed(train, recipe).weighty()
    if len(learnt.rows) < _FEWEST_ROWS:
        few = f"{len(learnt.rows)} rows to learn from are too few to try others"
        return _without(recipe, np.empty(0), np.empty(0), few)
    program = engine.program(
        network,
        recipe,
        Decode(encoder.scale, encoder.shift),
        initial_parameters(network, recipe.seed),
        threads,
    )
    rates = np.geomspace(own * _LOWEST, own * _HIGHEST, STEPS)
    losses, is_broken = _losses(program, learnt, recipe, rates)
    return _judged(recipe, rates[: len(losses)], losses, is_broken)


def with_rate(recipe: Recipe, learning_rate: float | Literal["auto"]) -> Recipe:
    """Return `recipe` with this learning rate in its optimizer."""
    optimizer = replace(recipe.optimizer, learning_rate=learning_rate)
    return replace(recipe, optimizer=optimizer)


def _losses(
    program: Program, learnt: Portion, recipe: Recipe, rates: Numbers
) -> tuple[Numbers, bool]:
    """Return the smoothed losses up to where they broke, and whether they did."""
    losses: list[float] = []
    smooth = np.empty(0)
    for rate, rows in zip(rates, _batches(learnt.rows, recipe), strict=False):
        block = learnt.block(rows)
        steps = math.ceil(len(rows) / recipe.batch_size)
        step = program.epoch(*block, np.full(steps, rate, np.float32))
        if step.failure or not np.isfinite(step.loss):
            return smooth, True
        losses.append(step.loss)
        smooth = _smoothed(rates[: len(losses)], np.array(losses))
        if _is_broken(smooth):
            return smooth, True
    return smooth, False


def _batches(rows: NDArray[np.uint32], recipe: Recipe) -> Iterator[NDArray[np.uint32]]:
    """Yield the whole batches that a training begins with, epoch after epoch.

    Of small ones as many at a time as have the fewest rows that tell of a rate.
    """
    batches = math.ceil(_FEWEST_ROWS / recipe.batch_size)
    size = min(batches * recipe.batch_size, len(rows))
    for epoch in itertools.count(1):
        order = epoch_order(rows, recipe.seed, epoch)
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size]


def _smoothed(rates: Numbers, losses: Numbers) -> Numbers:
    """Return means of the losses around each rate, by a bell curve over its powers."""
    powers = np.log10(rates)
    shares = np.exp(-(((powers[:, None] - powers) / _WIDTH) ** 2) / 2)
    means: Numbers = shares @ losses / shares.sum(axis=1)
    return means


def _is_broken(losses: Numbers) -> bool:
    """Tell whether half of what was learnt is lost again, or the loss has doubled."""
    start, least, last = losses[0], losses.min(), losses[-1]
    has_learnt = start - least > _FALL * abs(start)
    is_lost = has_learnt and last - least > (start - least) / 2
    return bool(is_lost or last > start + abs(start))


def _judged(
    recipe: Recipe, rates: Numbers, losses: Numbers, is_broken: bool
) -> RateSweep:
    """Return the sweep with its suggestion and the reason."""
    if len(losses) < 3 or losses.argmin() < 2:
        return _without(recipe, rates, losses, "no other made the loss fall")
    slopes = np.gradient(_logarithms(losses), np.log(rates))
    fastest, last = rates[slopes[: losses.argmin() + 1].argmin()], rates[-1]
    ending = f"{_short(last)}, " + (
        "where it broke" if is_broken else "the highest tried"
    )
    if fastest > last / _NEAR:
        suggestion, reason = last / _NEAR, f"a tenth of {ending}"
    elif fastest < last / _FAR:
        suggestion, reason = last / _FAR, f"a fiftieth of {ending}"
    else:
        suggestion, reason = fastest, f"well below {ending}"
    reason = f"the loss fell fastest at {_short(fastest)}; this is {reason}"
    return RateSweep(rates, losses, float(f"{suggestion:.3g}"), reason)


def _short(rate: float) -> str:
    return f"{float(f'{rate:.2g}'):g}"


def _logarithms(losses: Numbers) -> Numbers:
    """Return the logarithms of losses; those of some kinds can be negative.

    Then they are counted from as far below the least as this is below the first.
    """
    least = losses.min()
    floor = 2 * least - losses[0] if least < 0 else 0.0
    tiny = np.finfo(np.float64).tiny
    logarithms: Numbers = np.log(np.maximum(losses - floor, tiny))
    return logarithms


def _without(recipe: Recipe, rates: Numbers, losses: Numbers, reason: str) -> RateSweep:
    usual = f"the usual rate of {recipe.optimizer.type}: {reason}"
    return RateSweep(rates, losses, own_rate(recipe.optimizer), usual)
