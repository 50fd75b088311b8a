"""workload: a network, a recipe and rows of digits, the same for every contender."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ranvier.data import epoch_order, load
from ranvier.engine.parameters import initial_parameters
from ranvier.network import Network
from ranvier.recipe import Recipe

ROWS = 54_000
"""What a training on the digits learns from, with a tenth kept for validation."""

SCALE = 1 / 255  # from a byte to the network's number


@dataclass(frozen=True)
class Workload:
    """Describe what is to be learnt; `network` knows its input shape."""

    name: str
    network: Network
    recipe: Recipe
    rows: int = ROWS

    def with_rows(self, rows: int) -> Self:
        return replace(self, rows=rows)

    def steps(self, rows: int) -> int:
        """Return the number of batches that `rows` make, the last as short as it is."""
        return math.ceil(rows / self.recipe.batch_size)

    @property
    def sizes(self) -> list[int]:
        """The widths, from the inputs to the outputs."""
        return [784, *(layer.units for layer in self.network.layers)]

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return self.recipe.loss_for(self.network).type

    @property
    def title(self) -> str:
        """What it is, in words."""
        hidden = self.network.layers[0].activation
        return (
            f"{'-'.join(map(str, self.sizes))} {hidden}, "
            f"{self.loss}, {self.recipe.optimizer.type}, "
            f"batch {self.recipe.batch_size}"
        )

    @property
    def operations(self) -> int:
        """Multiplications and additions in the matrix products, for one row.

        Forward, gradient of the weights, and gradient of the inputs but for the
        first layer's, which nobody needs.
        """
        products = [k * m for k, m in zip(self.sizes, self.sizes[1:], strict=False)]
        return 6 * sum(products) - 2 * products[0]


class Task:
    """Hold a workload's arrays: the pixels stay bytes, as they lie in the package.

    inputs: (N, 784) uint8. targets: (N,) int32 class numbers. start: the weights.
    """

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        rows = np.arange(workload.rows, dtype=np.uint32)
        images, targets = load("digits").take(rows).gathered()
        self.inputs: NDArray[np.uint8] = images.reshape(len(images), -1)
        self.targets: NDArray[np.int32] = targets
        self.start = initial_parameters(workload.network, workload.recipe.seed)

    @cached_property
    def floats(self) -> NDArray[np.float32]:
        """The inputs as the network's numbers (N, 784)."""
        return self.inputs * np.float32(SCALE)

    @cached_property
    def one_hot(self) -> NDArray[np.float32]:
        """The targets as rows with a one at their class (N, 10)."""
        return np.eye(self.workload.sizes[-1], dtype=np.float32)[self.targets]

    def order(self, number: int) -> NDArray[np.uint32]:
        """Draw the order of an epoch, the same for every contender."""
        rows = np.arange(self.workload.rows, dtype=np.uint32)
        return epoch_order(rows, self.workload.recipe.seed, number)

    def layers(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Return the first weights (K, M) and biases (M,) of each layer."""
        return [
            (self.start[f"{one.name}.weight"], self.start[f"{one.name}.bias"])
            for one in self.workload.network.placed()
        ]

    def named(self, layers: list) -> dict[str, NDArray[np.float32]]:
        """Name weights and biases, given as `layers` gives them."""
        return {
            f"{one.name}.{name}": np.asarray(array)
            for one, arrays in zip(self.workload.network.placed(), layers, strict=True)
            for name, array in zip(("weight", "bias"), arrays, strict=True)
        }
