"""together: several networks of one design → the mean of what they say."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import Evaluation, Program, Samples
from ranvier.engine.reference.losses import row_losses
from ranvier.model.answers import class_numbers
from ranvier.network import Network
from ranvier.recipe import Recipe

Inputs = NDArray[np.uint8] | NDArray[np.float32]
Outputs = NDArray[np.float32]


class Together(NamedTuple):
    """Answer by the mean of several programs (Lakshminarayanan et al. 2017, 2.4)."""

    programs: Sequence[Program]
    network: Network
    recipe: Recipe

    def predict(self, inputs: Inputs) -> Outputs:
        """Return the outputs (N, M) for inputs (N, K)."""
        if len(self.programs) == 1:
            return self.programs[0].predict(inputs)
        return mean(program.predict(inputs) for program in self.programs)

    def evaluate(self, samples: Samples, outputs: Outputs) -> Evaluation:
        """Return the mean loss and accuracy over all rows, which gave the `outputs`."""
        if len(self.programs) == 1:
            rows = np.arange(len(samples.inputs), dtype=np.uint32)
            return self.programs[0].evaluate(samples, rows)
        return evaluation(self.network, self.recipe, samples, outputs)


def mean(said: Iterable[Outputs]) -> Outputs:
    """Return the mean of outputs (N, M), summed in the order that they come in."""
    total: NDArray[np.float64] | float = 0.0
    count = 0
    for outputs in said:
        total, count = total + outputs.astype(np.float64), count + 1
    return np.asarray(total / count, np.float32)


def evaluation(
    network: Network, recipe: Recipe, samples: Samples, outputs: Outputs
) -> Evaluation:
    """Return the loss and the accuracy of outputs (N, M) that no one program gave."""
    targets, weights = samples.targets, samples.weights
    loss = recipe.loss_for(network)
    rows = row_losses(loss, outputs, targets, network.output_activation)
    accuracy = None
    if targets.ndim == 1:
        is_right = class_numbers(outputs) == targets
        accuracy = float(np.average(is_right, weights=weights))
    return Evaluation(float(np.average(rows, weights=weights)), accuracy)
