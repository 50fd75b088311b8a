"""pytorch_model: the network, the loss and the data as PyTorch has them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.training.workload import Task, Workload

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
LOSSES = {
    "mse": nn.MSELoss,
    "cross_entropy": nn.CrossEntropyLoss,
    "binary_cross_entropy": nn.BCEWithLogitsLoss,
}

Array = NDArray[np.float32]


class Carry(NamedTuple):
    """Say how arrays of ranvier's become one of PyTorch's, and back."""

    names: list[str]
    give: Callable[[list[Array]], Array]
    take: Callable[[Array], list[Array]]


class Images(nn.Module):
    """Read flat rows, which have channels last in memory, as images."""

    def __init__(self, shape: tuple[int, ...], is_channels_last: bool) -> None:
        super().__init__()
        height, width, *channels = shape
        self._shape = height, width, *(channels or [1])
        self._is_channels_last = is_channels_last

    def forward(self, rows: Tensor) -> Tensor:
        images = rows.view(-1, *self._shape).permute(0, 3, 1, 2)
        return images if self._is_channels_last else images.contiguous()


class Rows(nn.Module):
    """Read images as flat rows, channels last: no copy where memory has them so."""

    def forward(self, images: Tensor) -> Tensor:
        return images.permute(0, 2, 3, 1).flatten(1)


class Tables(nn.Module):
    """Look every column up in its part of one table: one lookup for all columns."""

    def __init__(self, ids: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(sum(ids), width))
        starts = np.cumsum([0, *ids[:-1]])
        self.register_buffer("starts", torch.from_numpy(starts), persistent=False)

    def forward(self, columns: Tensor) -> Tensor:
        return nn.functional.embedding(columns + self.starts, self.weight).flatten(1)


class TorchTask:
    """Hold what eager and compiled PyTorch share; the inputs are floats already."""

    def __init__(self, task: Task, threads: int) -> None:
        torch.set_num_threads(threads)
        torch.set_flush_denormal(True)
        self._task = task
        first = task.workload.layers[0].layer.type
        inputs = task.floats.astype("int64") if first == "embedding" else task.floats
        self.inputs = torch.from_numpy(inputs)
        targets = task.answers
        is_of_classes = targets.dtype == np.int32
        self.targets = torch.from_numpy(
            targets.astype("int64") if is_of_classes else targets
        )
        self.loss = LOSSES[task.workload.loss]()
        self._carries = [
            carry for placed in task.workload.layers for carry in _carries(placed)
        ]

    def model(self, is_channels_last: bool = False) -> nn.Sequential:
        """Make the network; cross-entropy has softmax inside in PyTorch."""
        workload = self._task.workload
        modules: list[nn.Module] = []
        shape, is_image = workload.network.input_shape, False
        for placed, activation in zip(
            workload.layers, workload.activations, strict=True
        ):
            wants_image = placed.layer.type in IMAGE_LAYERS
            if wants_image and not is_image:
                modules.append(Images(shape, is_channels_last))
            if is_image and not wants_image:
                modules.append(Rows())
            is_image = wants_image
            modules += _modules(placed, activation)
            shape = placed.output_shape
        memory = torch.channels_last if is_channels_last else torch.contiguous_format
        return nn.Sequential(*modules).to(memory_format=memory)

    @torch.no_grad()
    def restart(self, parameters: list[Tensor]) -> None:
        """Write the first weights into `parameters`, in the model's order."""
        for parameter, carry in zip(parameters, self._carries, strict=True):
            array = carry.give([self._task.start[name] for name in carry.names])
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(array)))

    def named(self, parameters: list[Tensor]) -> dict[str, Array]:
        """Return `parameters` as ranvier's arrays by name."""
        found: dict[str, Array] = {}
        for parameter, carry in zip(parameters, self._carries, strict=True):
            arrays = carry.take(parameter.detach().numpy().copy())
            found |= dict(zip(carry.names, arrays, strict=True))
        return found


def refusal(workload: Workload) -> str:
    """Say which layer has no counterpart here."""
    known = ("dense", "flatten", "embedding", *IMAGE_LAYERS)
    others = [one.layer.type for one in workload.layers if one.layer.type not in known]
    return f"no {others[0]} is written for it" if others else ""


def optimizer(
    workload: Workload, parameters: list[Tensor], **how: bool
) -> torch.optim.Optimizer:
    """Make the workload's optimizer; `how` is one of PyTorch's ways to compute it."""
    wanted = workload.recipe.optimizer
    if wanted.type == "sgd":
        return torch.optim.SGD(parameters, wanted.learning_rate, **how)
    betas = wanted.beta_1, wanted.beta_2
    shared = {"lr": wanted.learning_rate, "betas": betas, "eps": wanted.epsilon, **how}
    if wanted.type == "adam":
        return torch.optim.Adam(parameters, **shared)
    return torch.optim.AdamW(parameters, weight_decay=wanted.weight_decay, **shared)


IMAGE_LAYERS = ("conv2d", "max_pool2d")


def _modules(placed: Any, activation: str) -> list[nn.Module]:
    layer, inputs = placed.layer, placed.input_shape
    after = [] if activation == "identity" else [ACTIVATIONS[activation]()]
    match layer.type:
        case "dense":
            return [nn.Linear(int(np.prod(inputs)), layer.units), *after]
        case "conv2d":
            channels = inputs[2] if len(inputs) == 3 else 1
            convolution = nn.Conv2d(
                channels,
                layer.filters,
                layer.kernel_size,
                stride=layer.stride,
                padding=layer.padding,
            )
            return [convolution, *after]
        case "max_pool2d":
            return [nn.MaxPool2d(layer.size, layer.stride)]
        case "embedding":
            return [Tables(layer.ids, layer.width)]
    return []


def _carries(placed: Any) -> list[Carry]:
    names = [f"{placed.name}.{one.name}" for one in placed.parameters]
    if placed.layer.type == "embedding":
        ends = np.cumsum(placed.layer.ids)[:-1]
        return [Carry(names, np.concatenate, lambda whole: np.split(whole, ends))]
    weight_back = (3, 2, 0, 1), (2, 3, 1, 0)
    ways = weight_back if placed.layer.type == "conv2d" else ((1, 0), (1, 0))
    return [
        Carry(
            [name],
            lambda arrays: arrays[0].transpose(ways[0]),
            lambda array: [array.transpose(ways[1])],
        )
        if name.endswith("weight")
        else Carry([name], lambda arrays: arrays[0], lambda array: [array])
        for name in names
    ]
