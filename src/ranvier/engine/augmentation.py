"""augmentation: which random words change a picture, and how mixup shares are drawn.

Both engines take from the words of stream 0 (see randomness.py), for row r of a batch,
column c. As a share, a word is its upper 24 bits / 2^24, which float32 holds exactly.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

STREAM = 0

CELLS = 4
"""Cells of the elastic grid along each axis."""

KNOTS = CELLS + 3
"""Knots along each axis: a cubic spline needs one before and two after each cell."""


class Word(IntEnum):
    """Say which column of the words each choice takes."""

    SHIFT_DOWN = 0
    SHIFT_RIGHT = 1
    ROTATE = 2
    SCALE_HEIGHT = 3
    SCALE_WIDTH = 4
    SHEAR = 5
    FLIP_VERTICAL = 6
    FLIP_HORIZONTAL = 7
    CROP_SIZE = 8
    CROP_DOWN = 9
    CROP_RIGHT = 10
    CUTOUT_DOWN = 11
    CUTOUT_RIGHT = 12
    MIXUP = 13
    KNOTS_DOWN = 16
    KNOTS_RIGHT = 16 + KNOTS * KNOTS


COUNT = 16 + 2 * KNOTS * KNOTS
"""Words for each row."""

MIXUP_SHARES = 4096


def mixup_shares(alpha: float) -> NDArray[np.float32]:
    """Return the shares (MIXUP_SHARES,) that mixup draws from, equally likely.

    They are the middles, by probability, of as many parts of Beta(alpha, alpha). A word
    chooses the one at word * MIXUP_SHARES / 2^32, rounded down.

    >>> mixup_shares(1.0)[[0, 2047, 2048, 4095]] * 8192
    array([1.000e+00, 4.095e+03, 4.097e+03, 8.191e+03], dtype=float32)
    """
    from scipy.special import betaincinv

    middles = (np.arange(MIXUP_SHARES) + 0.5) / MIXUP_SHARES
    shares: NDArray[np.float32] = betaincinv(alpha, alpha, middles).astype(np.float32)
    return shares


def spline(size: int) -> NDArray[np.float64]:
    """Return the weights (size, KNOTS) of the knots at each pixel along an axis.

    The uniform cubic B-spline (de Boor 1978, chapter IX), whose weights sum to 1.

    >>> spline(28).sum(axis=1).round(12).tolist() == [1.0] * 28
    True
    """
    place = (np.arange(size) + 0.5) * CELLS / size
    cell = np.floor(place).astype(np.intp)
    f = place - cell
    pieces = ((1 - f) ** 3, 3 * f**3 - 6 * f**2 + 4, 1 + 3 * f * (1 + f - f**2), f**3)
    weights = np.zeros((size, KNOTS))
    for knot, piece in enumerate(pieces):
        weights[np.arange(size), cell + knot] = piece / 6
    return weights
