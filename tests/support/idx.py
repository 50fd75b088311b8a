"""Write IDX files as MNIST's are written."""

import gzip
import struct

import numpy as np

from ranvier.data.sources.folder import MNIST_NAMES

CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx_bytes(array):
    """Return `array` as the bytes of an IDX file."""
    code = CODES[array.dtype.str[1:]]
    head = struct.pack(f">4B{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def write_folder(folder, *arrays, zipped=False):
    """Write images, labels, test images, test labels under MNIST's names."""
    for name, array in zip(MNIST_NAMES, arrays, strict=False):
        content = idx_bytes(array)
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return folder


def small_images(count, kind="u1"):
    """Return `count` images of 4 x 5 and their labels, 0 to 2."""
    images = (np.arange(count * 20) % 251).reshape(count, 4, 5).astype(kind)
    return images, (np.arange(count) % 3).astype("u1")
