"""encode: raw values → the network's numbers, fitted on the training part alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data.dataset import Dataset
from ranvier.errors import DataError

_CHUNK_VALUES = 2**18


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turn a raw row of K values into the network's numbers: raw * scale + shift.

    scale, shift: (K,) float32, an image's values row by row with channels last.
    """

    scale: NDArray[np.float32]
    shift: NDArray[np.float32]

    @classmethod
    def fit(cls, train_part: Dataset, ids: tuple[int, ...] = ()) -> "Encoder":
        """Return the encoder for data like `train_part`.

        Bytes become 0 to 1. Table columns get mean 0 and standard deviation 1; a
        column that never changes becomes 0. Images of other numbers share one mean
        and one deviation (LeCun, Bottou, Orr and Müller 1998, section 4.3). Columns of
        `ids` stay as they are.

        Raises:
            DataError: there are no rows.
        """
        if not len(train_part):
            raise DataError(
                "there are no rows to fit an encoder on; give the training part."
            )
        scale, shift = _spread(train_part)
        scale[list(ids)], shift[list(ids)] = 1, 0
        return cls(scale, shift)

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the arrays that describe this encoder, by name."""
        return {"encoder.scale": self.scale, "encoder.shift": self.shift}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Encoder":
        """Return the encoder that `to_arrays` described; other names are left alone.

        Raises:
            DataError: an array is missing, or cannot be an encoder's.
        """
        scale, shift = (arrays.get(f"encoder.{name}") for name in ("scale", "shift"))
        if scale is None or shift is None:
            raise DataError(
                f"an encoder is written as encoder.scale and encoder.shift, got "
                f"{sorted(arrays)}; see Encoder.to_arrays()."
            )
        fits = scale.ndim == 1 and scale.shape == shift.shape
        if not fits or {scale.dtype, shift.dtype} != {np.dtype(np.float32)}:
            raise DataError(
                f"encoder.scale is {scale.dtype} {scale.shape}, encoder.shift "
                f"{shift.dtype} {shift.shape}; both must be float32 (K,)."
            )
        if not (np.isfinite(scale).all() and np.isfinite(shift).all()):
            raise DataError(
                "encoder.scale or encoder.shift holds values that are not finite; "
                "fit the encoder again."
            )
        return cls(scale, shift)


def _spread(part: Dataset) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the scale and the shift of each column, all of them numbers."""
    inputs = part.memory_inputs
    size = int(np.prod(inputs.shape[1:]))
    if inputs.dtype == np.uint8:
        return np.full(size, 1 / 255, np.float32), np.zeros(size, np.float32)
    mean, deviation = _moments(part, together=inputs.ndim > 2)
    changes = deviation > np.finfo(np.float32).tiny
    scale = 1 / np.where(changes, deviation, 1)
    return (
        np.broadcast_to(scale, size).astype(np.float32),
        np.broadcast_to(-mean * scale, size).astype(np.float32),
    )


def _chunks(part: Dataset, columns: int) -> Iterator[NDArray[np.float64]]:
    size = int(np.prod(part.memory_inputs.shape[1:]))
    step = max(1, _CHUNK_VALUES // size)
    for start in range(0, len(part.rows), step):
        chunk = part.memory_inputs[part.rows[start : start + step]]
        yield chunk.astype(np.float64).reshape(-1, columns)


def _moments(
    part: Dataset, *, together: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation of each column, in two passes.

    Measured from the first row, so that a constant column's deviation is exactly 0.
    """
    columns = 1 if together else int(np.prod(part.memory_inputs.shape[1:]))
    first = next(_chunks(part, columns))[0]
    count = len(part.rows) * int(np.prod(part.memory_inputs.shape[1:])) / columns
    offset = sum((chunk - first).sum(axis=0) for chunk in _chunks(part, columns))
    mean = first + offset / count
    squares = sum(((chunk - mean) ** 2).sum(axis=0) for chunk in _chunks(part, columns))
    return mean, np.sqrt(squares / count)
