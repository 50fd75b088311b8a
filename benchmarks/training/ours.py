"""ours: the native engine, one call an epoch, with its statistics on."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.workload import Task, Workload
from ranvier.engine.choose import thread_count
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.native import NativeEngine, _native
from ranvier.engine.parameters import initial_parameters
from ranvier.errors import DescriptionError


class Ours:
    """Train with as many threads as a user gets who says nothing about them."""

    forms: ClassVar = ("native",)
    image_forms: ClassVar = forms
    is_whole: ClassVar = True
    adds_epsilon_first: ClassVar = False

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._task = task
        self._samples = Samples(task.inputs, task.targets)
        width = task.inputs.shape[1]
        scale = np.full(width, task.scale, np.float32)
        self.decode = Decode(scale, np.zeros(width, np.float32))
        self._threads = threads or thread_count(None)
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        """Say which layer the engine cannot run."""
        width = workload.sizes[0]
        decode = Decode(np.ones(width, np.float32), np.zeros(width, np.float32))
        start = initial_parameters(workload.network, workload.recipe.seed)
        try:
            NativeEngine().program(workload.network, workload.recipe, decode, start)
        except DescriptionError as error:
            return str(error)
        return ""

    def reset(self) -> None:
        workload = self._task.workload
        self._program = NativeEngine().program(
            workload.network,
            workload.recipe,
            self.decode,
            self._task.start,
            self._threads,
        )

    @property
    def core(self) -> _native.Program:
        """What the program calls."""
        return self._program._core

    def epoch(self, order: NDArray[np.uint32]) -> None:
        workload = self._task.workload
        rate = workload.recipe.optimizer.learning_rate
        rates = np.full(workload.steps(len(order)), rate, np.float32)
        self._program.epoch(self._samples, order, rates)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        return self._program.parameters()
