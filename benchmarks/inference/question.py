"""question: a network with weights, and the rows that everybody answers for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.arrays import digits
from benchmarks.training.work import label, product
from ranvier.engine.contract import Decode
from ranvier.engine.parameters import initial_parameters
from ranvier.engine.reference.program import ReferenceProgram
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Question:
    """Describe a dense network, and how many rows it is asked about at once."""

    name: str
    network: Network
    rows: int

    @property
    def title(self) -> str:
        """What it is, in words."""
        asked = "one row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{asked} through {label(self)}"

    @property
    def sizes(self) -> list[int]:
        """The widths, from the inputs to the outputs."""
        units = [layer.units for layer in self.network.layers]
        return [*(self.network.input_shape or ()), *units]

    @property
    def is_dense(self) -> bool:
        """True: there are no other questions."""
        return True

    @property
    def operations(self) -> int:
        """Multiplications and additions in the matrix products, for one row."""
        return 2 * sum(map(product, self.network.placed()))

    @cached_property
    def weights(self) -> dict[str, Floats]:
        """The weights by name; nothing has to be learnt to be answered with."""
        return initial_parameters(self.network, 0)

    @property
    def layers(self) -> list[tuple[Any, Floats, Floats]]:
        """Each layer with its weight (K, M) and its bias (M,)."""
        return [
            (
                one.layer,
                self.weights[f"{one.name}.weight"],
                self.weights[f"{one.name}.bias"],
            )
            for one in self.network.placed()
        ]

    @cached_property
    def inputs(self) -> Floats:
        """The rows as the network's numbers (N, K): handwritten digits."""
        images, _, scale = digits(self.rows)
        return images * np.float32(scale)

    @cached_property
    def truth(self) -> Floats:
        """What the reference engine answers (N, M)."""
        width = self.inputs.shape[1]
        decode = Decode(np.ones(width, np.float32), np.zeros(width, np.float32))
        program = ReferenceProgram(self.network, Recipe(), decode, self.weights)
        return program.predict(self.inputs)


ONE_ROW = Question(
    "one-row", Network([Dense(15, "sigmoid"), Dense(10, "sigmoid")], (784,)), 1
)
MANY_ROWS = Question(
    "many-rows", Network([Dense(128, "relu"), Dense(10, "softmax")], (784,)), 10_000
)
