"""images: a picture of any size and kind → the bytes of one row."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ranvier.data.centring import centred_by_mass
from ranvier.data.schema import ImageForm
from ranvier.errors import DataError, FileError

if TYPE_CHECKING:
    from PIL.Image import Image

Taken = TypeVar("Taken")

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""No format whose reader starts another program, as EPS does."""
_MOST_PIXELS = 2**26
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_WHITES = (1.0, 255.0, 65535.0)
_TURNING, _LYING = 0x0112, (5, 6, 7, 8)
_SIDES = (256, 257)
_GREYS = ("1", "L", "LA", "F", "I")


class Header(NamedTuple):
    """Say how large a picture is when it stands upright, and whether it has colours."""

    height: int
    width: int
    has_colours: bool


def read_image(
    path_or_array: str | Path | NDArray[Any], form: ImageForm
) -> NDArray[np.uint8]:
    """Return a picture as a row of `form.shape`.

    Any size, colours, palette, transparency and depth; a camera's turning is undone,
    and of many frames the first is read. An array is (H, W) or (H, W, C): bytes, or
    numbers from black at 0 to white at 1, 255 or 65535, whichever holds them all.
    Where `form` is not centred, the picture is scaled to its size as it is.

    Raises:
        FileError: the file is missing, damaged, too large, or no picture.
        DataError: the array is no picture, or nothing is drawn on the picture.
    """
    if isinstance(path_or_array, (str, Path)):
        name, picture = str(path_or_array), _opened(Path(path_or_array))
    else:
        name, picture = "the picture", _from_array(np.asarray(path_or_array))
    if form.channels != 4:
        picture = _opaque(picture)
    if form.centred:
        return centred_by_mass(picture, form, name)
    return _scaled(picture, form)


def read_header(path: Path) -> Header:
    """Return what the picture at `path` says of itself; no pixel is read.

    Raises:
        FileError: the file is missing, too large, or no picture.
    """

    def header(picture: "Image") -> Header:
        width, height = picture.size
        if picture.format == "TIFF":  # of these alone, some Pillows turn the size
            width, height = (picture.tag_v2[one] for one in _SIDES)  # type: ignore[attr-defined]
        # Pillow reads all of a PNG to find out whether it was turned.
        told = picture.format != "PNG" or "exif" in picture.info
        lies = told and picture.getexif().get(_TURNING, 1) in _LYING
        sides = (width, height) if lies else (height, width)
        return Header(*sides, not picture.mode.startswith(_GREYS))

    return _read(path, header)


def _scaled(picture: "Image", form: ImageForm) -> NDArray[np.uint8]:
    from PIL import Image

    picture = picture.convert(_MODES[form.channels])
    if picture.size != (form.width, form.height):
        size = (form.width, form.height)
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return np.array(picture)


def _opaque(picture: "Image") -> "Image":
    """Return a picture without transparency: light ink on black, dark on white."""
    if "A" not in picture.mode:
        return picture
    from PIL import Image, ImageStat

    picture = picture.convert("RGBA")
    cover = picture.getchannel("A")
    seen = cover.getbbox() is not None
    light = seen and ImageStat.Stat(picture.convert("L"), cover).mean[0] > 127.5
    ground = Image.new("RGBA", picture.size, "black" if light else "white")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _opened(path: Path) -> "Image":
    """Return the picture at `path` upright, with bytes for channels."""
    from PIL import ImageOps

    def upright(picture: "Image") -> "Image":
        is_deep = picture.format == "PPM"
        return _as_bytes(ImageOps.exif_transpose(picture), is_deep=is_deep)

    return _read(path, upright)


def _read(path: Path, take: Callable[["Image"], Taken]) -> Taken:
    """Return what `take` makes of the file at `path`, whose size was checked."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Of a path, Pillow may map the pixels and turn them the wrong way.
            with (
                path.open("rb") as file,
                Image.open(file, formats=_FORMATS) as picture,
            ):
                _check_size(picture.size, path)
                return take(picture)
    except FileError:
        raise
    except FileNotFoundError:
        raise FileError(
            f"there is no picture {path}; give a PNG, JPEG or other picture."
        ) from None
    except Image.DecompressionBombError as error:
        raise FileError(
            f"{path} has more than {_MOST_PIXELS:,} pixels ({error}); give it scaled "
            "down."
        ) from None
    except Exception as error:  # Pillow raises errors of many kinds for damaged files
        raise FileError(
            f"{path} cannot be read as a picture ({error}); give an undamaged "
            f"{', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}."
        ) from None


def _check_size(size: tuple[int, int], path: Path) -> None:
    if size[0] * size[1] > _MOST_PIXELS:
        raise FileError(
            f"{path} has {size[0]} x {size[1]} pixels, more than {_MOST_PIXELS:,}; "
            "give it scaled down."
        )


def _as_bytes(picture: "Image", *, is_deep: bool) -> "Image":
    """Return a picture with bytes for channels; `is_deep` if white is 65535 in it."""
    if picture.mode in ("F", "I") or picture.mode.startswith("I;16"):
        numbers = np.asarray(picture)
        return _from_array(numbers.astype(np.uint16) if is_deep else numbers)
    if picture.mode in ("L", "LA", "RGB", "RGBA"):
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _from_array(array: NDArray[Any]) -> "Image":
    from PIL import Image

    channels = array.shape[2] if array.ndim == 3 else 1
    numbers = array.dtype.kind in "buif" and array.size > 0
    if not numbers or array.ndim not in (2, 3) or channels not in (1, 2, 3, 4):
        raise DataError(
            f"an array of {array.dtype} and shape {array.shape} is no picture; give "
            "numbers, (H, W) or (H, W, C) with 1 to 4 channels."
        )
    if array.ndim == 3 and channels == 1:
        array = array[..., 0]
    return Image.fromarray(_bytes(array))


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    values = array.astype(np.float64)
    low, high = values.min(), values.max()
    if not (low >= 0 and high <= _WHITES[-1]):
        raise DataError(
            f"the picture holds values from {low:g} to {high:g}; give bytes, or "
            "numbers from 0 to 1, 255 or 65535."
        )
    deep = array.dtype.kind == "u" and array.dtype.itemsize == 2
    white = _WHITES[-1] if deep else next(w for w in _WHITES if high <= w)
    return np.rint(values * (255 / white)).astype(np.uint8)
