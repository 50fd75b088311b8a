"""noise: how much the gradients of batches differ from each other."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import Program
from ranvier.training.portion import Portion

_BATCHES, _MOST = 16, 32  # so many batches of so many rows tell the scale within a half


class Noise(NamedTuple):
    """Hold the gradient of all rows, and how far those of single rows lie from it.

    signal: its squared length. scatter: the mean squared distance of a row's gradient.
    """

    signal: float
    scatter: float

    @property
    def scale(self) -> float:
        """The rows whose mean gradient is half signal and half noise.

        Batches far below it mostly step by chance; rows far beyond it add little
        (McCandlish, Kaplan and Amodei 2018, section 2.2: the simple noise scale).
        """
        return self.scatter / self.signal if self.signal > 0 else math.inf


def noise_of(program: Program, part: Portion, seed: int) -> Noise | None:
    """Return the noise of the gradients at the weights of `program`.

    It is measured on a few batches; None where there are too few rows for them.
    McCandlish, Kaplan and Amodei 2018, appendix A.1.
    """
    size = min(_MOST, len(part.rows) // _BATCHES)
    if size < 1:
        return None
    drawn = np.random.default_rng(seed).permutation(part.rows)[: size * _BATCHES]
    gradients = np.stack(
        [_flat(program, part, rows) for rows in np.split(drawn, _BATCHES)]
    )
    small = float((gradients**2).sum(axis=1).mean())
    large = float((gradients.mean(axis=0) ** 2).sum())
    scatter = (small - large) * size * _BATCHES / (_BATCHES - 1)
    return Noise(large - scatter / (size * _BATCHES), scatter)


def _flat(
    program: Program, part: Portion, rows: NDArray[np.uint32]
) -> NDArray[np.float64]:
    gradients = program.gradients(*part.block(rows)).values()
    return np.concatenate([one.ravel() for one in gradients]).astype(np.float64)
