"""part: the rows that a run is judged on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Parts
from ranvier.model.unseen import unseen
from ranvier.training import Run


class Part(NamedTuple):
    """Hold some rows of a data set, and what they are called.

    outputs: what those members of a run say that have not learnt from the rows.
    """

    name: str
    data: Dataset
    outputs: NDArray[np.float32] | None = None


def part_of_run(run: Run, data: Dataset | Parts) -> Part | None:
    """Return the rows that `run` is judged on: its test part, else its validation.

    Raises:
        DataError: `data` are not those of the run.
    """
    test = run.parts(data).test
    if test is not None:
        return Part("test", test)
    judged = unseen(run, data)
    return Part("validation", *judged) if judged else None
