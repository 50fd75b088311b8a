"""trial: a network → how far it comes in a moment, from its first weights."""

import math
import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.capacity import without_bounds
from ranvier.diagnosis.case import Case
from ranvier.engine.choose import choose
from ranvier.engine.contract import Decode, Program, Samples
from ranvier.engine.parameters import initial_parameters
from ranvier.network import Network
from ranvier.recipe import Constant, Recipe, own_rate

STEPS = 25
"""So many steps are taken between two looks at the clock."""

Rows = NDArray[np.uint32]


class OutOfTimeError(Exception):
    """Say that a trial ended before anything could be known."""


class Trial(NamedTuple):
    """Train a network for some steps, in batches of one size, at one rate."""

    program: Program
    recipe: Recipe
    samples: Samples

    def learn(self, rows: Rows) -> float | None:
        """Take `STEPS` steps over the rows, again and again, and return their loss.

        rows: whole batches, so that each step has a batch of the recipe's size. None
        where the numbers broke.
        """
        rate = self.recipe.optimizer.learning_rate
        if self.recipe.optimizer.type == "lbfgs":  # takes all rows in one step
            every = [rows] * STEPS
        else:
            every = [np.resize(rows, STEPS * self.recipe.batch_size)]
        losses = []
        for some in every:
            steps = -(-len(some) // self.recipe.batch_size)
            rates = np.full(steps, rate, np.float32)
            learnt = self.program.epoch(self.samples, some, rates)
            if learnt.failure or not math.isfinite(learnt.loss):
                return None
            losses.append(learnt.loss)
        return sum(losses) / len(losses)

    def loss(self, rows: Rows) -> float:
        """Return the mean loss over the rows."""
        return self.program.evaluate(self.samples, rows).loss


def plain(recipe: Recipe, batch_size: int) -> Recipe:
    """Return `recipe` with its loss and optimizer, and nothing that holds it back."""
    rate = recipe.optimizer.learning_rate
    rate = own_rate(recipe.optimizer) if rate == "auto" else rate
    return replace(
        without_bounds(recipe),
        optimizer=replace(without_bounds(recipe).optimizer, learning_rate=rate),
        schedule=Constant(),
        warmup=0.0,
        average=None,
        augmentation=None,
        class_weight=None,
        members=1,
        stopping=None,
        batch_size=batch_size,
    )


def begun(
    case: Case,
    recipe: Recipe,
    samples: Samples,
    *,
    network: Network | None = None,
    decode: Decode | None = None,
) -> Trial:
    """Return a trial of the case's network, or another, from its first weights."""
    tried = network or case.network
    program = choose("auto").engine.program(
        tried,
        recipe,
        decode or case.decode,
        initial_parameters(tried, recipe.seed),
        threads=1,
    )
    return Trial(program, recipe, samples)


class Clock(NamedTuple):
    """Tell when a number of seconds is over."""

    end: float

    @classmethod
    def of(cls, seconds: float) -> "Clock":
        """Return a clock that runs from now on."""
        return cls(time.perf_counter() + seconds)

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return time.perf_counter() >= self.end
