"""tally: what the batches of an epoch add up to."""

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import EpochStatistics, Evaluation, Failure
from ranvier.engine.parameters import learnt_parameters
from ranvier.engine.reference.array import Array
from ranvier.network import Network


class Tally:
    """Count rows, losses and right answers, and keep the gradient norms."""

    def __init__(self, network: Network) -> None:
        self._rows = 0.0
        self._loss = 0.0
        self._right: float | None = None
        self._norms: dict[str, list[float]] = {
            one.layer: [] for one in learnt_parameters(network)
        }

    def count(
        self,
        losses: Array,
        outputs: Array,
        targets: NDArray[np.int32] | NDArray[np.float32],
        weights: Array,
    ) -> None:
        """Add a batch: losses, weights (N,), outputs (N, M), targets as they came."""
        self._rows += float(weights.sum())
        self._loss += float((weights * losses).sum())
        if targets.ndim == 1:
            right = float(weights[chosen_class(outputs) == targets].sum())
            self._right = right + (self._right or 0)

    def sample(self, gradients: dict[str, Array]) -> None:
        """Keep the Euclidean norm of each layer's gradient, biases included."""
        for layer, norms in self._norms.items():
            own = (g for name, g in gradients.items() if _layer(name) == layer)
            norms.append(float(np.sqrt(sum((g**2).sum() for g in own))))

    def evaluation(self) -> Evaluation:
        """Return the mean loss and the share of right answers; of no rows, nan."""
        if self._rows == 0:
            return Evaluation(np.nan, None)
        accuracy = None if self._right is None else self._right / self._rows
        return Evaluation(self._loss / self._rows, accuracy)

    def statistics(self, failure: Failure | None) -> EpochStatistics:
        """Return what there is to say of an epoch; a norm never sampled is nan."""
        means = {
            layer: sum(norms) / len(norms) if norms else np.nan
            for layer, norms in self._norms.items()
        }
        return EpochStatistics(*self.evaluation(), means, failure)


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def chosen_class(outputs: Array) -> NDArray[np.intp]:
    """Return the largest output of each row; of a single one, 1 above a half."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0.5).astype(np.intp)
    largest: NDArray[np.intp] = outputs.argmax(axis=1)
    return largest
