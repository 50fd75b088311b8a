"""tinygrad_jit: a whole step, update included, captured by TinyJit on the processor.

Rows are chosen by NumPy and copied in: tinygrad's own choice of rows costs more.
"""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from tinygrad import Context, Tensor, TinyJit
from tinygrad.nn import optim

from benchmarks.training.workload import Task, Workload

ACTIVATIONS = {
    "identity": lambda x: x,
    "sigmoid": Tensor.sigmoid,
    "tanh": Tensor.tanh,
    "relu": Tensor.relu,
}


class TinygradJit:
    forms: ClassVar = ("TinyJit",)
    image_forms: ClassVar = forms
    is_whole: ClassVar = False
    adds_epsilon_first: ClassVar = False

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._task, self._workload = task, task.workload
        self._inputs, self._answers = task.floats, task.answers
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        if not workload.is_dense:
            return "it is written for dense layers only"
        return ""

    def reset(self) -> None:
        self._weights = {
            name: Tensor(array).realize() for name, array in self._task.start.items()
        }
        self._optimizer = _optimizer(self._workload, list(self._weights.values()))
        self._jitted = TinyJit(self._step)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        return {name: one.numpy() for name, one in self._weights.items()}

    def epoch(self, order: NDArray[np.uint32]) -> None:
        batch = self._workload.recipe.batch_size
        with Context(TRAINING=1):
            for start in range(0, len(order), batch):
                rows = order[start : start + batch]
                step = self._jitted if len(rows) == batch else self._step
                step(_tensor(self._inputs[rows]), _tensor(self._answers[rows]))
        for one in self._weights.values():
            one.realize()

    def _step(self, x: Tensor, y: Tensor) -> None:
        self._optimizer.zero_grad()
        self._loss(x, y).backward()
        self._optimizer.step()

    def _loss(self, x: Tensor, y: Tensor) -> Tensor:
        for placed, activation in zip(
            self._workload.layers, self._workload.activations, strict=True
        ):
            weight, bias = (
                self._weights[f"{placed.name}.{one}"] for one in ("weight", "bias")
            )
            x = ACTIVATIONS[activation](x @ weight + bias)
        if self._workload.loss == "mse":
            return ((x - y) ** 2).mean()
        if self._workload.loss == "binary_cross_entropy":
            return x.binary_crossentropy_logits(y)
        return x.sparse_categorical_crossentropy(y)


def _tensor(array: NDArray[Any]) -> Tensor:
    return Tensor(array).realize()


def _optimizer(workload: Workload, weights: list[Tensor]) -> optim.Optimizer:
    wanted = workload.recipe.optimizer
    if wanted.type == "sgd":
        return optim.SGD(weights, wanted.learning_rate)
    shared = wanted.learning_rate, wanted.beta_1, wanted.beta_2, wanted.epsilon
    if wanted.type == "adam":
        return optim.Adam(weights, *shared)
    return optim.AdamW(weights, *shared, wanted.weight_decay)
