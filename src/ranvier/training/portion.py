"""portion: a part of the data → what engines are given of it, whole or in blocks."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset
from ranvier.data.streamed import StreamedInputs
from ranvier.engine.contract import STATISTICS_EVERY, Samples

Rows = NDArray[np.uint32]


class Block(NamedTuple):
    """Hold samples, and the rows of them that are meant, in their order."""

    samples: Samples
    rows: Rows

    @property
    def weight(self) -> float:
        """How much its rows weigh together."""
        weights = self.samples.weights
        if weights is None:
            return float(len(self.rows))
        return float(weights[self.rows].sum(dtype=np.float64))


class Portion(NamedTuple):
    """Hold the rows of one part, as engines want them.

    samples: of the whole memory. Where its inputs have no room they are StreamedInputs,
        which no engine takes: `block` makes of them what it does.
    """

    samples: Samples
    rows: Rows

    @property
    def is_streamed(self) -> bool:
        """Whether inputs are made of the rows that are asked for."""
        return isinstance(self.samples.inputs, StreamedInputs)

    def weighty(self) -> "Portion":
        """Leave rows of weight 0 out: a batch of nothing else has no loss."""
        weights = self.samples.weights
        if weights is None:
            return self
        return self._replace(rows=self.rows[weights[self.rows] > 0])

    def block(self, rows: Rows) -> Block:
        """Return some rows of the memory, where they lie or else made for this."""
        if not self.is_streamed:
            return Block(self.samples, rows)
        inputs, targets, weights, label_weights = self.samples
        own = None if weights is None else weights[rows]
        made = Samples(inputs[rows], targets[rows], own, label_weights)
        return Block(made, np.arange(len(rows), dtype=np.uint32))

    def cut(self, rows: Rows, batch_size: int) -> Iterator[Rows]:
        """Yield rows in runs of whole batches: as many as there is room for at once.

        Where there is room for it, an engine reads its statistics at the same steps
        of such runs as of all rows.
        """
        size, inputs = len(rows), self.samples.inputs
        if isinstance(inputs, StreamedInputs):
            batch = batch_size * inputs.shape[1] * 4  # bytes
            most = max(1, inputs.room // batch)
            size = batch_size * (most - most % STATISTICS_EVERY or most)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def portion(
    part: Dataset, weights: NDArray[np.float32] | None, at_once: int = 1
) -> Portion:
    """Return a part of the data as engines want it; nothing is copied.

    at_once: how many are learnt from at the same time, and share the room for blocks.
    """
    inputs: Any = part.streamed and part.streamed.shared(at_once)
    if inputs is None:
        inputs = part.memory_inputs.reshape(len(part.memory_inputs), -1)
    return Portion(Samples(inputs, part.memory_targets, weights), part.rows)
