"""agreement: a contender is measured only if it does the same mathematics.

The reference engine learns once, here; what it learnt is sent to every contender.
"""

import math
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.contender import Contender
from benchmarks.training.work import longest_sum
from benchmarks.training.workload import Task
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.reference.program import ReferenceProgram
from ranvier.recipe import Adam, AdamW, Recipe

STEPS, STEPS_WITH_KINKS, STEPS_OF_IMAGES = 1_000, 20, 5

EPSILON = float(np.finfo(np.float32).eps)

KINKED = ("relu", "leaky_relu")

KINK = 0.002
"""Now and then rounding puts an input on the other side of a kink: one unit then learns
from one row more or less, and Adam makes a full step of it. Ten times what was seen
in one layer. Adam has a kink of its own: its first steps are the gradient's sign."""

Learnt = dict[str, NDArray[np.float64]]


class DisagreementError(Exception):
    """A contender learnt something else than the reference engine."""


class Judge:
    """Learn a few batches with the reference engine, the last one half as long.

    learnt: what another judge of this task expects; it is not learnt again.
    """

    def __init__(self, task: Task, learnt: dict[bool, Learnt] | None = None) -> None:
        workload = task.workload
        batch = workload.recipe.batch_size
        self._kinks = sum(name in KINKED for name in workload.activations)
        self._kinks += isinstance(workload.recipe.optimizer, Adam | AdamW)
        wanted = STEPS_WITH_KINKS if self._kinks else STEPS
        wanted = STEPS_OF_IMAGES if workload.has_images else wanted
        self.steps = min(wanted, workload.rows // batch - 1)
        self._task = task
        self._order = task.order(0)[: self.steps * batch + batch // 2]
        self._given = learnt or {}

    @property
    def tolerance(self) -> float:
        """How far weights may be off, as a share of the way that they went.

        A step is off by the rounding of its longest sum, epsilon × terms of the step,
        once for each layer that it goes through.
        """
        workload = self._task.workload
        depth = sum(bool(one.parameters) for one in workload.layers)
        rounding = EPSILON * longest_sum(workload) * depth
        return rounding + KINK * self._kinks

    def check(self, contender: Contender) -> None:
        """Let `contender` learn the same batches from the start, and go back to it.

        Raises:
            DisagreementError: its weights are others.
        """
        contender.reset()
        contender.epoch(self._order)
        found = contender.parameters()
        expected = self.expected[contender.adds_epsilon_first]
        for name, truth in expected.items():
            way = np.linalg.norm(truth - self._task.start[name])
            off = np.linalg.norm(found[name] - truth) / way
            if not off <= self.tolerance:
                raise DisagreementError(
                    f"after {self.steps} batches and a half, {name} is off by "
                    f"{off:.2g} of the way it went, at most {self.tolerance:.2g} is "
                    "rounding: other mathematics, there is nothing to compare."
                )
        contender.reset()

    @cached_property
    def expected(self) -> dict[bool, Learnt]:
        """What must be learnt, by whether Adam adds its epsilon first."""
        if self._given:
            return self._given
        optimizer = self._task.workload.recipe.optimizer
        if isinstance(optimizer, Adam | AdamW):
            return {False: self._learnt(), True: self._learnt_epsilon_first(optimizer)}
        return dict.fromkeys((False, True), self._learnt())

    def _learnt(self) -> Learnt:
        program = self._program(self._task.workload.recipe)
        self._epoch(program, self._order)
        return program.precise_parameters()

    def _learnt_epsilon_first(self, adam: Adam | AdamW) -> Learnt:
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
        scale = np.full(width, self._task.scale, np.float32)
        decode = Decode(scale, np.zeros(width, np.float32))
        network = self._task.workload.network
        return ReferenceProgram(network, recipe, decode, self._task.start)

    def _epoch(self, program: ReferenceProgram, rows: NDArray[np.uint32]) -> None:
        rate = self._task.workload.recipe.optimizer.learning_rate
        rates = np.full(self._task.workload.steps(len(rows)), rate, np.float32)
        program.epoch(Samples(self._task.inputs, self._task.targets), rows, rates)
