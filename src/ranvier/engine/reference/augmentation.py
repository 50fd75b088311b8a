"""augmentation: pictures as a step sees them. recipe/augmentation.py says what is done.

Pictures are raw values (N, H, W, C), shares (N, COUNT) the random words of their rows
between 0 and 1; places are (N, H, W), one a pixel. Row and column 0 are the first
pixels' middles.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.augmentation import (
    KNOTS,
    Word,
    mixup_shares,
    spline,
)
from ranvier.engine.randomness import Words
from ranvier.engine.reference.array import Array
from ranvier.recipe import Augmentation
from ranvier.recipe.augmentation import Picture


def changed(
    augmentation: Augmentation, picture: Picture, raw: Array, drawn: Words
) -> Array:
    """Return the raw rows (N, K) as changed pictures, all but mixup."""
    shares = (drawn >> 8) / 2**24
    down, right = _origins(augmentation, picture, shares)
    if augmentation.elastic:
        down = down + _displaced(augmentation, picture, shares, Word.KNOTS_DOWN)
        right = right + _displaced(augmentation, picture, shares, Word.KNOTS_RIGHT)
    pictures = _sampled(raw.reshape(-1, *picture), down, right)
    if augmentation.cutout:
        pictures[_cut(augmentation.cutout, picture, drawn)] = 0
    return pictures.reshape(raw.shape)


class Mixing(NamedTuple):
    """Say with which row of the same batch each is mixed.

    shares: (N,) of each row in itself; the rest is its partner's. partners: (N,).
    """

    shares: Array
    partners: NDArray[np.intp]

    def mixed(self, rows: Array) -> Array:
        """Return share * own + (1 - share) * partner of each row (N, K)."""
        own = self.shares[:, None]
        return np.where(own == 1, rows, own * rows + (1 - own) * rows[self.partners])

    def larger(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return the targets of the larger part of each row."""
        is_own = self.shares >= 0.5
        return targets[np.where(is_own, np.arange(len(targets)), self.partners)]


def mixing(
    augmentation: Augmentation, drawn: Words, places: NDArray[np.uint32], size: int
) -> Mixing:
    """Return how rows at `places` (N,) in a batch of `size` rows are mixed.

    A row whose partner is not there stays as it is.
    """
    here = np.arange(len(places))
    row_at = np.full(size, -1)
    row_at[places] = here
    partners = row_at[size - 1 - places.astype(np.intp)]
    table = mixup_shares(augmentation.mixup) if augmentation.mixup else np.ones(1)
    shares = table[drawn[:, Word.MIXUP] * np.uint64(len(table)) >> np.uint64(32)]
    is_there = partners >= 0
    return Mixing(
        np.where(is_there, shares, 1.0).astype(np.float64),
        np.where(is_there, partners, here),
    )


def _origins(
    augmentation: Augmentation, picture: Picture, shares: Array
) -> tuple[Array, Array]:
    """Return the places (down, right) in the old pictures of the new ones' pixels."""
    ways = 2 * shares - 1
    size = np.array(picture[:2])
    centre = (size - 1) / 2
    matrix = _flips_and_scales(augmentation, ways) @ _turns(augmentation, ways)
    window = 1 - augmentation.crop * shares[:, Word.CROP_SIZE, None]
    slack = (1 - window) * (size - 1) / 2
    to = centre + slack * ways[:, [Word.CROP_DOWN, Word.CROP_RIGHT]]
    shift = augmentation.shift * ways[:, [Word.SHIFT_DOWN, Word.SHIFT_RIGHT]]
    pixels = np.indices(picture[:2]).reshape(2, -1).T
    away = pixels - centre - shift[:, None, :]
    origins = window[:, None] * (away @ matrix.transpose(0, 2, 1)) + to[:, None, :]
    down, right = origins.reshape(-1, *size, 2).transpose(3, 0, 1, 2)
    return down, right


def _turns(augmentation: Augmentation, ways: Array) -> Array:
    """Return the matrices (N, 2, 2) that undo rotation, and then shear."""
    angle = np.deg2rad(augmentation.rotate * ways[:, Word.ROTATE])
    lean = np.tan(np.deg2rad(augmentation.shear * ways[:, Word.SHEAR]))
    sine, cosine = np.sin(angle), np.cos(angle)
    one, zero = np.ones_like(angle), np.zeros_like(angle)
    rotation = np.array([[cosine, sine], [-sine, cosine]])
    shear = np.array([[one, zero], [-lean, one]])
    turns: Array = shear.transpose(2, 0, 1) @ rotation.transpose(2, 0, 1)
    return turns


def _flips_and_scales(augmentation: Augmentation, ways: Array) -> Array:
    """Return the matrices (N, 2, 2) that undo scaling, and then flips."""
    axes = [
        (Word.SCALE_HEIGHT, Word.FLIP_VERTICAL, ("vertical", "both")),
        (Word.SCALE_WIDTH, Word.FLIP_HORIZONTAL, ("horizontal", "both")),
    ]
    matrix = np.zeros((len(ways), 2, 2))
    for axis, (scale, flip, flips) in enumerate(axes):
        is_flipped = (ways[:, flip] >= 0) & (augmentation.flip in flips)
        factor = 1 + augmentation.scale * ways[:, scale]
        matrix[:, axis, axis] = np.where(is_flipped, -1, 1) / factor
    return matrix


def _displaced(
    augmentation: Augmentation, picture: Picture, shares: Array, first: Word
) -> Array:
    """Return by how much the elastic grid moves the places along an axis."""
    knots = 2 * shares[:, first : first + KNOTS * KNOTS].reshape(-1, KNOTS, KNOTS) - 1
    moved: Array = spline(picture.height) @ knots @ spline(picture.width).T
    return augmentation.elastic * moved


def _sampled(pictures: Array, down: Array, right: Array) -> Array:
    """Return the values between the pixels at the places; outside is 0."""
    _, height, width, _ = pictures.shape
    padded = np.pad(pictures, ((0, 0), (1, 2), (1, 2), (0, 0)))
    down, right = np.clip(down, -1, height) + 1, np.clip(right, -1, width) + 1
    row, column = np.floor(down).astype(np.intp), np.floor(right).astype(np.intp)
    below, beside = (down - row)[..., None], (right - column)[..., None]
    here = np.arange(len(pictures))[:, None, None]
    upper, lower = (
        (1 - beside) * padded[here, at, column] + beside * padded[here, at, column + 1]
        for at in (row, row + 1)
    )
    sampled: Array = (1 - below) * upper + below * lower
    return sampled


def _cut(side: int, picture: Picture, drawn: Words) -> NDArray[np.bool_]:
    """Return which pixels (N, H, W) lie in the square that is cut out."""
    axes = ((Word.CUTOUT_DOWN, picture.height), (Word.CUTOUT_RIGHT, picture.width))
    inside = []
    for word, size in axes:
        middle = ((drawn[:, word, None] >> 8).astype(np.int64) * size) >> 24
        first = middle - side // 2
        pixels = np.arange(size)
        inside.append((first <= pixels) & (pixels < first + side))
    cut: NDArray[np.bool_] = inside[0][:, :, None] & inside[1][:, None, :]
    return cut
