"""workload: a network, a recipe and rows to learn, the same for every contender."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.arrays import ARRAYS
from benchmarks.training.work import label, operations
from ranvier.data import epoch_order
from ranvier.engine.parameters import initial_parameters
from ranvier.network import Network
from ranvier.recipe import Recipe

ROWS = 54_000
"""What a training on the digits learns from, with a tenth kept for validation."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Workload:
    """Describe what is to be learnt; `network` knows its input shape.

    data: a name in `ARRAYS`.
    """

    name: str
    network: Network
    recipe: Recipe
    rows: int = ROWS
    data: str = "digits"

    def with_rows(self, rows: int) -> Self:
        """Return this workload with no more than so many rows."""
        return replace(self, rows=min(self.rows, rows))

    def steps(self, rows: int) -> int:
        """Return the number of batches that `rows` make, the last as short as it is."""
        return math.ceil(rows / self.recipe.batch_size)

    @cached_property
    def layers(self) -> list[Any]:
        """The layers with their names, shapes and parameters."""
        return list(self.network.placed())

    @property
    def is_dense(self) -> bool:
        """Whether all layers are dense, with a bias."""
        return all(one.layer.type == "dense" and one.layer.bias for one in self.layers)

    @property
    def has_images(self) -> bool:
        """Whether an input is more than a row of numbers."""
        return len(self.network.input_shape or ()) > 1

    @property
    def sizes(self) -> list[int]:
        """The widths, from the inputs to the outputs."""
        shapes = (self.network.input_shape, *(one.output_shape for one in self.layers))
        return [math.prod(shape) for shape in shapes]

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return self.recipe.loss_for(self.network).type

    @property
    def is_of_logits(self) -> bool:
        """Whether the loss is computed together with the last activation."""
        return self.loss in ("cross_entropy", "binary_cross_entropy")

    @property
    def activations(self) -> list[str]:
        """Every layer's activation; the last is left out where the loss has it."""
        names = [getattr(one.layer, "activation", "identity") for one in self.layers]
        return [*names[:-1], "identity"] if self.is_of_logits else names

    @property
    def title(self) -> str:
        """What it is, in words."""
        return (
            f"{label(self)}, {self.loss}, {self.recipe.optimizer.type}, "
            f"batch {self.recipe.batch_size}"
        )

    @property
    def operations(self) -> int:
        """Multiplications and additions in the matrix products, for one row."""
        return operations(self.layers)


class Task:
    """Hold a workload's arrays, and its first weights by name.

    inputs: (N, K) uint8 or float32. targets: (N,) int32 or (N, M) float32.
    """

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.inputs, self.targets, self.scale = ARRAYS[workload.data](workload.rows)
        self.start = initial_parameters(workload.network, workload.recipe.seed)

    @cached_property
    def floats(self) -> Floats:
        """The inputs as the network's numbers (N, K)."""
        if self.inputs.dtype == np.float32:
            return self.inputs
        return self.inputs * np.float32(self.scale)

    @cached_property
    def truth(self) -> Floats:
        """What the outputs should be (N, M): a one at the class, or the values."""
        outputs = self.workload.sizes[-1]
        if self.targets.ndim == 1 and outputs > 1:
            return np.eye(outputs, dtype=np.float32)[self.targets]
        return self.targets.reshape(-1, outputs).astype(np.float32)

    @property
    def answers(self) -> NDArray[np.int32] | Floats:
        """The targets as losses take them: classes for cross-entropy, else values."""
        return self.targets if self.workload.loss == "cross_entropy" else self.truth

    def order(self, number: int) -> NDArray[np.uint32]:
        """Draw the order of an epoch, the same for every contender."""
        rows = np.arange(self.workload.rows, dtype=np.uint32)
        return epoch_order(rows, self.workload.recipe.seed, number)

    def layers(self) -> list[tuple[Floats, Floats]]:
        """Return the first weights (K, M) and biases (M,) of each dense layer."""
        return [
            (self.start[f"{one.name}.weight"], self.start[f"{one.name}.bias"])
            for one in self.workload.layers
        ]

    def named(self, layers: list) -> dict[str, Floats]:
        """Name weights and biases, given as `layers` gives them."""
        return {
            f"{one.name}.{name}": np.asarray(array)
            for one, arrays in zip(self.workload.layers, layers, strict=True)
            for name, array in zip(("weight", "bias"), arrays, strict=True)
        }
