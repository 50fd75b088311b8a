"""pictures: a folder of pictures by class → Dataset."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ranvier.data.dataset import Dataset
from ranvier.data.images import Header, read_header, read_image
from ranvier.data.schema import ImageForm
from ranvier.data.sources.classified import list_files, pack
from ranvier.data.sources.decoding import decoded, for_each
from ranvier.errors import DataError

_LARGEST_SIDE = 64


def load_pictures(
    folder: str | Path,
    *,
    size: int | Sequence[int] | None = None,
    colour: bool | None = None,
    pattern: str | None = None,
    memory: int = 2**31,
) -> Dataset:
    """Load a folder of pictures by class, `folder/class/*.png`, as bytes.

    PNG, JPEG, BMP, WebP, GIF, TIFF and PPM of any size and colours, also below
    `folder/train/class` with the data's own test part in `folder/test/class`; see
    `list_files`. Each is read as `read_image` does it: scaled to one size by Lanczos'
    filter, as it is (a long picture becomes narrower, none gets edges), and what is
    transparent becomes white behind dark pictures, black behind light ones.

    size: the side, or (height, width); the commonest size if left out, scaled down to
        64 pixels along its longer side.
    colour: True keeps three channels, False makes them grey; grey if left out and all
        pictures are.
    pattern: how names tell the class where folders do not, as in "{label}_{index}.png".
    memory: bytes up to which the pictures are held in memory; above, they lie in a
        temporary file that is mapped into it. Beside them at most one picture for each
        core is decoded at a time.

    Raises:
        FileError: the folder or a picture is missing, damaged, too large, or cannot be
            read; the disk is full.
        DataError: there are fewer than two classes, one without pictures, or a size is
            none.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("black", "white"):
    ...         _ = Path(folder, name).mkdir()
    ...         Image.new("L", (6, 4), name).save(Path(folder, name, "1.png"))
    ...     load_pictures(folder).inputs.shape
    (2, 4, 6)
    """
    listing = list_files(folder, pattern)
    given = None if size is None else _sides(size)
    headers = for_each(read_header, listing.paths)
    height, width = given or _usual(headers)
    form = ImageForm(height, width, _channels(headers, colour))
    read = partial(read_image, form=form)
    inputs = decoded(listing.paths, read, form.shape, memory)
    if colour is None and form.channels == 3 and _is_grey(inputs):
        inputs, form = np.ascontiguousarray(inputs[..., 0]), ImageForm(height, width)
    asked = {"size": size, "colour": colour, "pattern": pattern}
    return pack(listing, inputs, form, options=asked)


def _sides(size: int | Sequence[int]) -> tuple[int, int]:
    sides = (size, size) if isinstance(size, int) else tuple(size)
    if len(sides) != 2 or not all(isinstance(n, int) and 1 <= n < 2**14 for n in sides):
        raise DataError(
            f"size={size!r}: give the side of a square, or (height, width), in whole "
            "pixels; 32 or 64 suit most pictures."
        )
    return sides


def _usual(headers: list[Header]) -> tuple[int, int]:
    """Return the commonest height and width; of equally common ones the smallest."""
    counts = Counter((header.height, header.width) for header in headers)
    height, width = min(counts, key=lambda sides: (-counts[sides], sides))
    scale = min(1.0, _LARGEST_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _channels(headers: list[Header], colour: bool | None) -> Literal[1, 3]:
    if colour is None:
        colour = any(header.has_colours for header in headers)
    return 3 if colour else 1


def _is_grey(inputs: NDArray[np.uint8]) -> bool:
    """Tell whether all pictures have three channels alike, as many grey files do."""
    return all(bool((picture == picture[..., :1]).all()) for picture in inputs)
