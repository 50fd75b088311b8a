"""attempt: a few steps by another recipe, to see what would have become of a run."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import epoch_order
from ranvier.engine.contract import Program
from ranvier.engine.parameters import initial_parameters
from ranvier.engine.reference.losses import row_losses
from ranvier.recipe import LBFGS, Recipe, own_rate
from ranvier.training.portion import Portion
from ranvier.training.probe import some

if TYPE_CHECKING:
    from ranvier.diagnosis.case import Case

Losses = NDArray[np.float64]
Rows = NDArray[np.uint32]

_MOST_STEPS, _SOME_STEPS, _FEWEST_STEPS = 400, 50, 20
_SECONDS = 0.1  # that an attempt may take, by what an epoch of the run took
_HIGHEST = 30.0  # times the optimizer's own rate: beyond, answers are sure by chance
_LOOKS = 5  # so often the losses are judged on the way; the best of them counts
_JUDGED = 500  # rows
_SURE = 2.0  # standard errors
_BROKEN = 1e12  # the loss of a row whose numbers are not finite


class Attempt(NamedTuple):
    """Hold how a short training went.

    rate: its learning rate. steps: so many it took.
    losses: (N,) of the rows that are judged, at its best look.
    learnt: (M,) those of training rows at the same look.
    """

    rate: float
    steps: int
    losses: Losses
    learnt: Losses

    @property
    def loss(self) -> float:
        """The mean of its losses."""
        return float(self.losses.mean())


def is_sure(gains: Losses, most: float) -> bool:
    """Tell whether the mean of gains (N,) is above 0 by more than chance.

    most: what a row can gain or lose at most, so that no few rows make the mean.

    >>> is_sure(np.array([0.2] * 30 + [50.0]), most=1.0)
    True
    >>> is_sure(np.array([1e-3] * 30 + [2.0]), most=1.0)
    False
    """
    kept = np.clip(gains, -most, most)
    return bool(kept.mean() * np.sqrt(len(kept)) > _SURE * kept.std())


class Attempts:
    """Train a run's network anew, for a few steps at one rate.

    Judged are validation rows, or training rows where none were set aside.
    """

    def __init__(self, case: "Case") -> None:
        self._case = case
        self._done: dict[tuple[bool, float, Recipe], Attempt] = {}
        part = case.portion("validation") or case.portion("train")
        learnt = case.learnt
        self.are_possible = False
        if part is None or learnt is None or isinstance(case.recipe.optimizer, LBFGS):
            return
        self._learnt = learnt
        self._judged = part._replace(rows=some(part.rows, _JUDGED))
        self._seen = learnt._replace(rows=some(learnt.rows, _JUDGED))
        self.are_possible = self._cheap(case.recipe) >= _FEWEST_STEPS

    @property
    def rate(self) -> float:
        """The highest rate that the run itself has taken in an epoch."""
        rates = self._case.curves.learning_rate
        given: float = self._case.recipe.optimizer.learning_rate
        return float(rates.max()) if len(rates) else given

    @cached_property
    def best(self) -> Attempt:
        """The run itself, at its best weights."""
        program = self._case.program
        losses, learnt = self._losses(program)
        return Attempt(self.rate, 0, losses, learnt)

    @property
    def part(self) -> str:
        """The part whose rows are judged, in words."""
        return "training" if self._case.portion("validation") is None else "validation"

    def can_gain(self, share: float) -> bool:
        """Tell whether there is so much to gain, of all that can be learnt."""
        bounds = self._case.bounds
        if not self.are_possible or bounds is None or not bounds.width:
            return False
        return bounds.unlearnt(self.best.loss) >= share

    def gains(
        self, attempt: Attempt, share: float, beside: Attempt | None = None
    ) -> bool:
        """Tell whether an attempt is so much better than the run, or another one.

        share: of all that can be learnt. The gain must be no chance, on the rows that
        are judged or, where these are few, on training rows as well.
        """
        beside, bounds = beside or self.best, self._case.bounds
        most = bounds.width if bounds else np.inf
        least = share * bounds.width if bounds else 0.0
        gains, learnt = beside.losses - attempt.losses, beside.learnt - attempt.learnt
        if gains.mean() <= least:
            return False
        if is_sure(gains, most):
            return True
        return bool(learnt.mean() > least) and is_sure(learnt, most)

    def higher(self, factors: Iterable[float]) -> list[float]:
        """Return those factors that make no outlandish rate of the run's own."""
        most = max(1.0, _HIGHEST * own_rate(self._case.recipe.optimizer) / self.rate)
        return [factor for factor in factors if factor <= most]

    def after(self, factor: float, recipe: Recipe | None = None) -> Attempt:
        """Go on from the best weights, at so many times the run's rate."""
        return self._attempt(True, factor, recipe or self._case.recipe)

    def anew(self, factor: float, recipe: Recipe | None = None) -> Attempt:
        """Begin again from the first weights, at so many times the run's rate."""
        return self._attempt(False, factor, recipe or self._case.recipe)

    def _attempt(self, is_after: bool, factor: float, recipe: Recipe) -> Attempt:
        key = (is_after, factor, recipe)
        if key not in self._done:
            self._done[key] = self._made(*key)
        return self._done[key]

    def _made(self, is_after: bool, factor: float, recipe: Recipe) -> Attempt:
        case = self._case
        first = initial_parameters(case.network, case.recipe.seed)
        program = case.made(case.run.parameters if is_after else first, recipe)
        best, steps = self._losses(program), 0
        for rows in self._turns(recipe):
            count = -(-len(rows) // recipe.batch_size)
            rates = np.full(count, factor * self.rate, np.float32)
            if program.epoch(*self._learnt.block(rows), rates).failure:
                break
            steps += count
            losses = self._losses(program)
            if losses[0].mean() < best[0].mean():
                best = losses
        return Attempt(factor * self.rate, steps, *best)

    def _turns(self, recipe: Recipe) -> Iterator[Rows]:
        """Yield the rows of whole batches up to each look."""
        left = self.steps(recipe)
        a_look = max(1, left // _LOOKS) * recipe.batch_size
        epoch = 0
        while left > 0:
            epoch += 1
            order = epoch_order(self._learnt.rows, recipe.seed, epoch)
            for start in range(0, len(order), a_look):
                rows = order[start : start + min(a_look, left * recipe.batch_size)]
                if left > 0:
                    yield rows
                left -= -(-len(rows) // recipe.batch_size)

    def steps(self, recipe: Recipe) -> int:
        """Return how many steps an attempt takes: those of the run, or what is cheap.

        Another batch size makes as many more or fewer steps over the same rows.
        """
        rows, epochs = len(self._learnt.rows), max(self._case.curves.epochs, 1)
        a_run = -(-rows // recipe.batch_size) * epochs
        most = min(self._cheap(recipe), _MOST_STEPS)
        return max(_SOME_STEPS, min(a_run, most))

    def _cheap(self, recipe: Recipe) -> int:
        """Return how many steps take no longer than an attempt may.

        The quickest epoch tells: others may have been disturbed.
        """
        seconds = self._case.curves.seconds
        if not len(seconds):
            return _MOST_STEPS
        a_row = float(seconds.min()) / len(self._learnt.rows)
        return int(_SECONDS / max(a_row * recipe.batch_size, 1e-9))

    def _losses(self, program: Program) -> tuple[Losses, Losses]:
        """Return those of the rows that are judged, and of training rows."""
        losses = self._of(program, self._judged)
        if self._case.portion("validation") is None:
            return losses, losses
        return losses, self._of(program, self._seen)

    def _of(self, program: Program, part: Portion) -> Losses:
        case = self._case
        outputs = program.predict(part.samples.inputs[part.rows])
        targets = part.samples.targets[part.rows]
        losses = row_losses(case.loss, outputs, targets, case.network.output_activation)
        return np.nan_to_num(losses, nan=_BROKEN, posinf=_BROKEN)
