"""sample: some rows of a part, as the network reads them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset
from ranvier.engine.contract import Decode
from ranvier.training.portion import portion
from ranvier.training.probe import some


class Sample(NamedTuple):
    """Hold some rows of a part.

    rows: (N,) their numbers in the memory.
    inputs: (N, K) the network's numbers.
    targets: (N,) class numbers, or (N, M) values as they are learnt.
    """

    rows: NDArray[np.uint32]
    inputs: NDArray[np.float32]
    targets: NDArray[np.int32] | NDArray[np.float32]


def sampled(part: Dataset, decode: Decode, most: int, seed: int) -> Sample:
    """Return at most `most` rows of an encoded part, of those that weigh something."""
    there = portion(part, part.memory_weights).weighty()
    rows = some(there.rows, most, seed)
    raw = there.samples.inputs[rows]
    inputs = raw.astype(np.float32) * decode.scale + decode.shift
    return Sample(rows, inputs, part.memory_targets[rows])
