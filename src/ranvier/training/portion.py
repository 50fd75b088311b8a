"""portion: a part of the data → what engines are given of it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset
from ranvier.engine.contract import Samples


class Portion(NamedTuple):
    """Hold the rows of one part, as engines want them."""

    samples: Samples
    rows: NDArray[np.uint32]


def portion(part: Dataset, weights: NDArray[np.float32] | None) -> Portion:
    """Return a part of the data as engines want it; nothing is copied."""
    inputs = part.memory_inputs
    flat = inputs.reshape(len(inputs), -1)
    return Portion(Samples(flat, part.memory_targets, weights), part.rows)
