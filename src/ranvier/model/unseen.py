"""unseen: a run → what its members say of rows that they have not learnt from."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Parts
from ranvier.model.model import Model
from ranvier.training import Run


class Unseen(NamedTuple):
    """Hold validation rows, and the outputs (N, M) for each of them."""

    data: Dataset
    outputs: NDArray[np.float32]


def unseen(run: Run, data: Dataset | Parts) -> Unseen | None:
    """Return the validation rows of all members, and what is said of them.

    Of each row that is the mean over those members which keep it for validation, so
    that nobody has learnt the answer. None where the run has no validation rows.

    Raises:
        DataError: `data` are not those of the run.
    """
    judged = [
        (Model.unsettled(replace(member, others=[])), part)
        for member in run.members
        if (part := member.parts(data).validation) is not None
    ]
    if not judged:
        return None
    rows = np.unique(np.concatenate([part.rows for _, part in judged]))
    total = np.zeros((len(rows), *run.network.output_shape))
    counts = np.zeros((len(rows), 1))
    for model, part in judged:
        at = np.searchsorted(rows, part.rows)
        total[at] += model.outputs(part)
        counts[at] += 1
    return Unseen(judged[0][1].at(rows), np.asarray(total / counts, np.float32))
