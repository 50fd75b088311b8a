"""centring: one sign on plain ground, brought into the form of MNIST's digits.

LeCun, Bottou, Bengio and Haffner 1998, section III.A: light ink on black, fitted into
20 x 20 of 28 x 28 pixels with its shape kept, its centre of mass in the middle.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ranvier.data.schema import ImageForm
from ranvier.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

_BOX = 20 / 28
_WORKING_SIDE = 512
_FAINTEST = 24
"""Ink differs from its ground by at least this much, of 255."""
_FAINT = 0.1
"""What differs from the ground by less than this share of the ink is ground."""


def centred_by_mass(picture: "Image", form: ImageForm, name: str) -> NDArray[np.uint8]:
    """Return the sign on `picture` as light ink on black, centred in `form`.

    Raises:
        DataError: nothing is drawn on the picture.
    """
    picture = picture.copy()
    picture.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
    ink = _ink(_flattened(picture), name)
    sign = _fitted(_cropped(ink), form)
    return _placed(sign, form)


def _flattened(picture: "Image") -> NDArray[np.float64]:
    """Return colours (H, W, C) without transparency: light ink on black, else white."""
    mode = "RGBA" if "A" in picture.mode else "RGB"
    colours = np.asarray(picture.convert(mode), np.float64)
    if mode == "RGB":
        return colours
    cover = colours[..., 3:] / 255
    inked = (colours[..., :3] * cover).sum() > 127.5 * 3 * cover.sum()
    ground = 0.0 if inked else 255.0
    return colours[..., :3] * cover + ground * (1 - cover)


def _ink(colours: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Return how much ink is where (H, W), from 0 to 1.

    The ground is what the border shows; ink is what leaves it, along the direction
    in colour in which most of the picture's strongest differences lie.
    """
    edge = np.ones(colours.shape[:2], bool)
    edge[1:-1, 1:-1] = False
    away = colours - np.median(colours[edge], axis=0)
    strength = np.linalg.norm(away, axis=2)
    direction = (away * strength[..., None] ** 2).sum(axis=(0, 1))
    length = np.linalg.norm(direction)
    ink = np.clip(away @ (direction / length if length else direction), 0, None)
    peak = float(ink.max())
    if peak < _FAINTEST:
        raise DataError(
            f"{name} shows nothing that differs from its ground; give a picture of one "
            "dark sign on a light ground, or a light one on a dark ground."
        )
    ink /= peak
    return np.where(ink > _FAINT, ink, 0.0)


def _cropped(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fitted(ink: NDArray[np.float64], form: ImageForm) -> NDArray[np.float64]:
    from PIL import Image

    height, width = ink.shape
    scale = min(form.height * _BOX / height, form.width * _BOX / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == (width, height):
        return ink
    picture = Image.fromarray(ink.astype(np.float32))
    return np.asarray(picture.resize(size, Image.Resampling.BICUBIC)).clip(0, 1)


def _placed(ink: NDArray[np.float64], form: ImageForm) -> NDArray[np.uint8]:
    row = np.zeros(form.shape, np.uint8)
    places = []
    for axis, side in enumerate(form.shape):
        mass = ink.sum(axis=1 - axis)
        centre = (mass * np.arange(len(mass))).sum() / mass.sum()
        start = round(side / 2 - centre)
        start = min(max(start, 0), side - len(mass))
        places.append(slice(start, start + len(mass)))
    row[tuple(places)] = np.rint(ink * 255)
    return row
