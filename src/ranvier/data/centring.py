"""centring: one sign on plain ground, brought into the form of MNIST's digits.

LeCun, Bottou, Bengio and Haffner 1998, section III.A: light ink on black, fitted into
20 x 20 of 28 x 28 pixels with its shape kept, its centre of mass in the middle.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ranvier.data.ink import ink_of
from ranvier.data.schema import ImageForm
from ranvier.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

_BOX = 20 / 28
_WORKING_SIDE = 512


def centred_by_mass(picture: "Image", form: ImageForm, name: str) -> NDArray[np.uint8]:
    """Return the sign on an opaque `picture` as light ink on black, as `form` says.

    Raises:
        DataError: nothing is drawn on the picture.
    """
    clean = picture.size == (form.width, form.height)
    picture = picture.convert("RGB")
    picture.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
    ink = ink_of(np.asarray(picture, np.float64), clean=clean)
    if ink is None:
        raise DataError(
            f"{name} shows nothing that differs from its ground; give a picture of one "
            "dark sign on a light ground, or a light one on a dark ground."
        )
    return _placed(_fitted(_cropped(ink), form), form)


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
    fitted = np.asarray(picture.resize(size, Image.Resampling.BICUBIC), np.float64)
    # A thin line on a large picture fades when it is scaled down: full ink again.
    full = np.quantile(fitted[fitted > fitted.max() / 2], 0.75)
    inked: NDArray[np.float64] = np.clip(fitted / full, 0, 1)
    return inked


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
