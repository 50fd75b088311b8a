"""learning_curve: losses from fewer rows → what more rows would bring."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_POWERS = np.linspace(0.05, 2.0, 40)


class LearningCurve(NamedTuple):
    """Hold a + b n^-c, fitted to the losses that n rows led to.

    a: what no number of rows would bring below. rows: as many as the run learnt from.
    """

    a: float
    b: float
    c: float
    rows: int

    def loss(self, times: float) -> float:
        """Return the loss that so many times the rows are likely to lead to."""
        return self.a + self.b * math.pow(self.rows * times, -self.c)


def fitted_curve(rows: Sequence[int], losses: Sequence[float]) -> LearningCurve | None:
    """Return the curve through losses from several numbers of rows, 3 at least.

    By least squares for each of a grid of powers c, with a and b at least 0, of which
    the best is taken (Cortes et al. 1994, section 3). None where the loss does not
    fall with more rows.

    >>> fitted_curve([100, 200, 400, 800], [0.6, 0.35, 0.225, 0.1625]).c
    1.0
    """
    if len(rows) < 3:
        return None
    n, y = np.asarray(rows, float), np.asarray(losses, float)
    best: tuple[float, LearningCurve] | None = None
    for c in _POWERS:
        x = n**-c
        b = float(np.cov(x, y, bias=True)[0, 1] / max(x.var(), 1e-300))
        a = float(y.mean() - b * x.mean())
        if a < 0:
            a, b = 0.0, float((x * y).sum() / (x * x).sum())
        if b <= 0:
            continue
        miss = float(((a + b * x - y) ** 2).sum())
        if best is None or miss < best[0]:
            best = miss, LearningCurve(a, b, round(float(c), 2), int(n.max()))
    return best[1] if best else None
