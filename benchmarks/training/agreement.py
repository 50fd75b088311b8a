"""agreement: a contender is measured only if it does the same mathematics."""

import math
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.contender import Contender
from benchmarks.training.workload import SCALE, Task
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.reference.program import ReferenceProgram
from ranvier.recipe import Adam, Recipe

STEPS, STEPS_WITH_KINKS = 1_000, 20

EPSILON = float(np.finfo(np.float32).eps)

KINKED = ("relu", "leaky_relu")

KINK = 0.002
"""Now and then rounding puts an input on the other side of a kink: one unit then learns
from one row more or less, and Adam makes a full step of it. Ten times what was seen."""


class DisagreementError(Exception):
    """A contender learnt something else than the reference engine."""


class Judge:
    """Learn a few batches with the reference engine, the last one half as long."""

    def __init__(self, task: Task) -> None:
        workload = task.workload
        batch = workload.recipe.batch_size
        layers = workload.network.layers
        self._has_kinks = any(layer.activation in KINKED for layer in layers)
        wanted = STEPS_WITH_KINKS if self._has_kinks else STEPS
        self.steps = min(wanted, workload.rows // batch - 1)
        self._task = task
        self._order = task.order(0)[: self.steps * batch + batch // 2]

    @property
    def tolerance(self) -> float:
        """How far weights may be off, as a share of the way that they went.

        A step is off by the rounding of its longest sum, epsilon × terms of the step.
        """
        workload = self._task.workload
        rounding = EPSILON * max(*workload.sizes, workload.recipe.batch_size)
        return rounding + (KINK if self._has_kinks else 0.0)

    def check(self, contender: Contender) -> None:
        """Let `contender` learn the same batches from the start, and go back to it.

        Raises:
            DisagreementError: its weights are others.
        """
        contender.reset()
        contender.epoch(self._order)
        found = contender.parameters()
        for name, expected in self._expected(contender).items():
            way = np.linalg.norm(expected - self._task.start[name])
            off = np.linalg.norm(found[name] - expected) / way
            if not off <= self.tolerance:
                raise DisagreementError(
                    f"after {self.steps} batches and a half, {name} is off by "
                    f"{off:.2g} of the way it went, at most {self.tolerance:.2g} is "
                    "rounding: other mathematics, there is nothing to compare."
                )
        contender.reset()

    def _expected(self, contender: Contender) -> dict[str, NDArray[np.float64]]:
        recipe = self._task.workload.recipe
        if contender.adds_epsilon_first and isinstance(recipe.optimizer, Adam):
            return self._learnt_epsilon_first(recipe.optimizer)
        return self._learnt

    @cached_property
    def _learnt(self) -> dict[str, NDArray[np.float64]]:
        program = self._program(self._task.workload.recipe)
        self._epoch(program, self._order)
        return program.precise_parameters()

    def _learnt_epsilon_first(self, adam: Adam) -> dict[str, NDArray[np.float64]]:
        """Learn step by step, with the epsilon that the other form comes to."""
        recipe = self._task.workload.recipe
        program = self._program(recipe)
        for step in range(self.steps + 1):
            epsilon = adam.epsilon / math.sqrt(1 - adam.beta_2 ** (step + 1))
            adapted = replace(recipe, optimizer=replace(adam, epsilon=epsilon))
            before, program = program, self._program(adapted)
            program.load_parameters(before.parameters())
            program.load_state(before.state())
            start = step * recipe.batch_size
            self._epoch(program, self._order[start : start + recipe.batch_size])
        return program.precise_parameters()

    def _program(self, recipe: Recipe) -> ReferenceProgram:
        width = self._task.inputs.shape[1]
        decode = Decode(np.full(width, SCALE, np.float32), np.zeros(width, np.float32))
        network = self._task.workload.network
        return ReferenceProgram(network, recipe, decode, self._task.start)

    def _epoch(self, program: ReferenceProgram, rows: NDArray[np.uint32]) -> None:
        rate = self._task.workload.recipe.optimizer.learning_rate
        rates = np.full(self._task.workload.steps(len(rows)), rate, np.float32)
        program.epoch(Samples(self._task.inputs, self._task.targets), rows, rates)
