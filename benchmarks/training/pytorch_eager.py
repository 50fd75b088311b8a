"""pytorch_eager: the loop of PyTorch's own tutorials, without a DataLoader."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.training.pytorch_model import TorchTask, optimizer, refusal
from benchmarks.training.workload import Task, Workload


class PyTorchEager:
    """Forms: the optimizer fused or looping over parameters; rows chosen for each
    batch, or all put in order first and then cut; images with channels last or not.
    """

    forms: ClassVar = ("fused", "fused, ordered first", "loop", "loop, ordered first")
    image_forms: ClassVar = ("fused", "loop", "fused, channels last")
    is_whole: ClassVar = False
    adds_epsilon_first: ClassVar = False

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._torch, self._recipe = TorchTask(task, threads), task.workload.recipe
        self._how = {"fused": True} if "fused" in form else {"foreach": False}
        self._is_ordered = form.endswith("ordered first")
        self._workload = task.workload
        self._model = self._torch.model(form.endswith("channels last"))
        self._room = torch.empty_like(self._torch.inputs)
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        return refusal(workload)

    def reset(self) -> None:
        self._torch.restart(list(self._model.parameters()))
        self._optimizer = optimizer(
            self._workload, list(self._model.parameters()), **self._how
        )

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        return self._torch.named(list(self._model.parameters()))

    def epoch(self, order: NDArray[np.uint32]) -> None:
        model, loss, update = self._model, self._torch.loss, self._optimizer
        for inputs, targets in self._batches(torch.from_numpy(order.astype(np.int64))):
            update.zero_grad(set_to_none=True)
            loss(model(inputs), targets).backward()
            update.step()

    def _batches(self, rows: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        inputs, targets = self._torch.inputs, self._torch.targets
        batch = self._recipe.batch_size
        if self._is_ordered:
            room = self._room[: len(rows)]
            torch.index_select(inputs, 0, rows, out=room)
            yield from zip(room.split(batch), targets[rows].split(batch), strict=True)
            return
        for chosen in rows.split(batch):
            yield inputs.index_select(0, chosen), targets.index_select(0, chosen)
