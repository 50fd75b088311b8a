"""contract: what every engine promises.

An engine knows nothing of files, tables, labels or pages: it is given arrays.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ranvier.network import Network
from ranvier.recipe import Recipe

Arrays = Mapping[str, NDArray[np.float32]]
"""Arrays by name, as `dense_1.weight` (K, M) or `residual_1.dense_1.bias` (M,)."""

STATISTICS_EVERY = 64
"""Gradient norms are read at steps 0, 64, 128, … of an epoch."""


class Samples(NamedTuple):
    """Hold a whole data set as it lies in memory.

    inputs: (N, K) uint8 or float32, contiguous rows.
    targets: (N,) int32 class numbers, or (N, M) float32 values.
    weights: (N,) float32, zero or more; None is one for each row. A row of weight 2
        counts as two in every mean, one of weight 0 is not there. A batch whose
        weights are all zero makes no step.
    label_weights: (2, M) float32, zero or more: what no and then yes weigh in each
        label; None is one for all. Only binary_cross_entropy has such.
    """

    inputs: NDArray[np.uint8] | NDArray[np.float32]
    targets: NDArray[np.int32] | NDArray[np.float32]
    weights: NDArray[np.float32] | None = None
    label_weights: NDArray[np.float32] | None = None


class Decode(NamedTuple):
    """Turn a raw input into the network's number: raw * scale + shift.

    scale, shift: (K,) float32.
    """

    scale: NDArray[np.float32]
    shift: NDArray[np.float32]


class Failure(NamedTuple):
    """Say where numbers stopped being finite: the step in the epoch, and the layer.

    It is the first layer that computes something which is not finite; those that give
    numbers another shape compute nothing.
    """

    step: int
    layer: str


class EpochStatistics(NamedTuple):
    """Say how an epoch went.

    loss: the mean over the epoch's rows, each judged as it was learnt from.
    accuracy: the share of rows with the right class; None where there are no classes.
    gradient_norms: for each layer that learns, the Euclidean norm of its gradient,
        mean over the sampled steps (see `STATISTICS_EVERY`).
    failure: where the numbers broke. The epoch ended before that step changed any
        weight, and all the rest tells of the steps before.
    """

    loss: float
    accuracy: float | None
    gradient_norms: dict[str, float]
    failure: Failure | None


class Evaluation(NamedTuple):
    """Hold the mean loss and the accuracy over some rows (None without classes)."""

    loss: float
    accuracy: float | None


class Program(Protocol):
    """Compute: it owns weights, gradients, optimizer state and scratch memory.

    `rows` (uint32) chooses rows of `samples`, in order; batches are consecutive
    runs of the recipe's batch size in it, the last one as short as it comes.
    """

    def epoch(
        self,
        samples: Samples,
        rows: NDArray[np.uint32],
        learning_rates: NDArray[np.float32],
    ) -> EpochStatistics:
        """Take one step for each batch; learning_rates has one value a step.

        Ctrl-C raises KeyboardInterrupt within a tenth of a second.
        """

    def evaluate(self, samples: Samples, rows: NDArray[np.uint32]) -> Evaluation:
        """Return the mean loss and accuracy over the rows; nothing is learnt."""

    def predict(
        self, inputs: NDArray[np.uint8] | NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the outputs (N, M) for inputs (N, K)."""

    def gradients(
        self, samples: Samples, rows: NDArray[np.uint32]
    ) -> dict[str, NDArray[np.float32]]:
        """Return the gradient of the mean loss over the rows, taken as one batch.

        They go through the network as in the step that would come next, with the same
        draws and the statistics of this batch; nothing changes by it.
        """

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """Return copies of the weights and biases, and of running statistics."""

    def load_parameters(self, arrays: Arrays) -> None:
        """Replace the weights and biases, and running statistics."""

    def state(self) -> dict[str, NDArray[np.float32]]:
        """Return copies of the optimizer's state, as `dense_1.weight.mean`.

        With the number of steps taken as `steps` (1,) int64, this and the weights
        continue a training to the same bits.
        """

    def load_state(self, arrays: Arrays) -> None:
        """Replace the optimizer's state."""


class Engine(Protocol):
    """Make programs."""

    name: str

    def program(
        self,
        network: Network,
        recipe: Recipe,
        decode: Decode,
        parameters: Arrays,
        threads: int,
    ) -> Program:
        """Plan the memory and the calls for `network`, which knows its input shape.

        `threads` is a bound, at least 1: small networks use fewer.
        """
