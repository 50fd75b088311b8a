"""pytorch_model: the network, the loss and the data as PyTorch has them."""

import torch
from torch import Tensor, nn

from benchmarks.training.workload import Task

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}


class TorchTask:
    """Hold what eager and compiled PyTorch share; the inputs are floats already."""

    def __init__(self, task: Task, threads: int) -> None:
        torch.set_num_threads(threads)
        torch.set_flush_denormal(True)
        self._task = task
        self.is_squared = task.workload.loss == "mse"
        self.inputs = torch.from_numpy(task.floats)
        targets = task.one_hot if self.is_squared else task.targets.astype("int64")
        self.targets = torch.from_numpy(targets)
        self.loss = nn.MSELoss() if self.is_squared else nn.CrossEntropyLoss()

    def model(self) -> nn.Sequential:
        """Make the network; cross-entropy has softmax inside in PyTorch."""
        widths = self._task.workload.sizes
        modules: list[nn.Module] = []
        for layer, width in zip(
            self._task.workload.network.layers, widths, strict=False
        ):
            modules.append(nn.Linear(width, layer.units))
            if layer.activation != "softmax":
                modules.append(ACTIVATIONS[layer.activation]())
        return nn.Sequential(*modules)

    @torch.no_grad()
    def restart(self, parameters: list[Tensor]) -> None:
        """Write the first weights into `parameters`, which go weight, bias, weight …"""
        start = [array for layer in self._task.layers() for array in layer]
        for parameter, array in zip(parameters, start, strict=True):
            parameter.copy_(torch.from_numpy(array.T))

    def named(self, parameters: list[Tensor]) -> dict:
        arrays = [parameter.detach().numpy().T.copy() for parameter in parameters]
        return self._task.named(list(zip(arrays[::2], arrays[1::2], strict=True)))
