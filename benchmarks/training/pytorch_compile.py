"""pytorch_compile: a whole step, choice of rows and update included, in one graph.

The gradient is torch.func's: backward() would break the graph in two, and the update
would be a third. Guards are checked by nobody, since nothing changes between steps.
mode="reduce-overhead" means CUDA graphs, and gives the same code on a processor.
The last batch, where it is shorter, is not worth a compilation: it goes uncompiled.
"""

from types import FunctionType, MethodType
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.training.pytorch_model import TorchTask, refusal
from benchmarks.training.workload import Task, Workload

torch._inductor.config.compile_threads = 1  # no pool of compilers that stays behind


class PyTorchCompile:
    """Forms: the calls of the compiled kernels made from Python, or from C++; images
    with channels last, or not.
    """

    forms: ClassVar = ("called from Python", "called from C++")
    image_forms: ClassVar = ("called from Python", "channels last")
    is_whole: ClassVar = False
    adds_epsilon_first: ClassVar = False

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._torch, self._recipe = TorchTask(task, threads), task.workload.recipe
        self._model = self._torch.model(form == "channels last")
        self._names = [name for name, _ in self._model.named_parameters()]
        self._weights = [one.detach() for one in self._model.parameters()]
        self._memory = [torch.zeros_like(weight) for weight in self._weights * 2]
        self._steps = torch.zeros(())
        is_sgd = self._recipe.optimizer.type == "sgd"
        self._step = MethodType(
            own(type(self)._sgd if is_sgd else type(self)._adam), self
        )
        options = {
            "cpp_wrapper": form.endswith("C++"),
            "guard_filter_fn": torch.compiler.skip_all_guards_unsafe,
        }
        self._compiled = torch.compile(self._step, dynamic=False, options=options)
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        return refusal(workload)

    def reset(self) -> None:
        self._torch.restart(self._weights)
        for array in (*self._memory, self._steps):
            array.zero_()

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        return self._torch.named(self._weights)

    def epoch(self, order: NDArray[np.uint32]) -> None:
        inputs, targets = self._torch.inputs, self._torch.targets
        batch, compiled = self._recipe.batch_size, self._compiled
        for rows in torch.from_numpy(order.astype(np.int64)).split(batch):
            step = compiled if len(rows) == batch else self._step
            step(self._weights, self._memory, inputs, targets, rows)

    def _gradients(self, weights: list[Tensor], x: Tensor, y: Tensor) -> Any:
        def loss(values: list[Tensor]) -> Tensor:
            named = dict(zip(self._names, values, strict=True))
            return self._torch.loss(
                torch.func.functional_call(self._model, named, x), y
            )

        return torch.func.grad(loss)(weights)

    def _sgd(
        self,
        weights: list[Tensor],
        memory: list[Tensor],
        inputs: Tensor,
        targets: Tensor,
        rows: Tensor,
    ) -> None:
        x, y = inputs.index_select(0, rows), targets.index_select(0, rows)
        rate = self._recipe.optimizer.learning_rate
        gradients = self._gradients(weights, x, y)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.sub_(gradient, alpha=rate)

    def _adam(
        self,
        weights: list[Tensor],
        memory: list[Tensor],
        inputs: Tensor,
        targets: Tensor,
        rows: Tensor,
    ) -> None:
        x, y = inputs.index_select(0, rows), targets.index_select(0, rows)
        optimizer = self._recipe.optimizer
        beta_1, beta_2 = optimizer.beta_1, optimizer.beta_2
        self._steps.add_(1)
        rate = optimizer.learning_rate / (1 - beta_1**self._steps)
        correction = (1 - beta_2**self._steps).sqrt()
        gradients = self._gradients(weights, x, y)
        count = len(weights)
        for weight, mean, square, gradient in zip(
            weights, memory[:count], memory[count:], gradients, strict=True
        ):
            mean.lerp_(gradient, 1 - beta_1)
            if optimizer.type == "adamw":
                weight.mul_(1 - optimizer.learning_rate * optimizer.weight_decay)
            square.mul_(beta_2).addcmul_(gradient, gradient, value=1 - beta_2)
            weight.sub_(rate * mean / (square.sqrt() / correction + optimizer.epsilon))


def own(function: FunctionType) -> FunctionType:
    """Copy a function: Dynamo keeps its graphs with the code, and without guards it
    would take those of another workload.
    """
    code, name = function.__code__.replace(), function.__name__
    return FunctionType(code, function.__globals__, name, None, function.__closure__)
