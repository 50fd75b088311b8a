"""encode: raw values → the network's numbers, fitted on the training part alone."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data.dataset import Dataset, Parts
from ranvier.data.schema import Schema
from ranvier.errors import DataError

if TYPE_CHECKING:
    from ranvier.data.encoders import AnswerEncoder, PiecewiseLinear, TableEncoder

_CHUNK_VALUES = 2**18
_MOST_BINS, _ALL_BINS = 128, 2048


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turn raw rows into the network's numbers, and its numbers into answers.

    scale, shift: (K,) float32, an image's values row by row with channels last; a
        number becomes number * scale + shift, inside the engine.
    table: what turns the columns of a table into K numbers before that; None for
        arrays.
    answers: what turns numbers as targets into those that the network learns, and
        back; None where they are learnt as they are.
    """

    scale: NDArray[np.float32]
    shift: NDArray[np.float32]
    table: "TableEncoder | None" = None
    answers: "AnswerEncoder | None" = None

    @classmethod
    def fit(
        cls,
        train_part: Dataset,
        ids: tuple[int, ...] = (),
        encode: Mapping[str, str] | None = None,
    ) -> "Encoder":
        """Return the encoder for data like `train_part`.

        Bytes become 0 to 1. Columns of numbers get mean 0 and standard deviation 1; a
        column that never changes becomes 0. Images of other numbers share one mean
        and one deviation (LeCun, Bottou, Orr and Müller 1998, section 4.3). Columns of
        `ids` stay as they are. The columns of a table are encoded each by its kind, or
        as `encode` says with the name of an encoder for that of a column, or for all
        numbers as "number"; numbers as targets are standardized, or their logarithms.

        Raises:
            DataError: there are no rows, or `encode` names what is not there.
        """
        if not len(train_part):
            raise DataError(
                "there are no rows to fit an encoder on; give the training part."
            )
        if train_part.schema.is_table:
            return cls._fit_table(train_part, encode or {})
        scale, shift = _spread(train_part)
        scale[list(ids)], shift[list(ids)] = 1, 0
        return cls(scale, shift)

    @classmethod
    def _fit_table(cls, train_part: Dataset, encode: Mapping[str, str]) -> "Encoder":
        from ranvier.data.encoders import AnswerEncoder, TableEncoder

        schema = train_part.schema
        wishes = dict(encode)
        numbers = wishes.pop("number", _bins_for(schema))
        table = TableEncoder.fit(
            train_part.frame, schema.columns, encode=wishes, numbers=numbers
        )
        answers = None
        if schema.task == "regression":  # labels are learnt as they are
            answers = AnswerEncoder.fit(train_part.targets)
        return cls(
            np.ones(table.size, np.float32),
            np.zeros(table.size, np.float32),
            table,
            answers,
        )

    @property
    def size(self) -> int:
        """How many numbers a row becomes."""
        return len(self.scale)

    def schema_of(self, schema: Schema) -> Schema:
        """Return what data of `schema` are once they are encoded."""
        if not schema.is_table:
            return schema
        kept = (schema.name, (self.size,), schema.task, schema.classes, schema.outputs)
        return Schema(*kept)

    def encoded(self, data: Dataset) -> Dataset:
        """Return a table as arrays of numbers; arrays stay as they are."""
        if self.table is None:
            return data
        targets = data.memory_targets
        if self.answers is not None:
            targets = self.answers.apply(targets)
        inputs = self.table.apply(data.memory_frame)
        return data.replaced(inputs, targets, self.schema_of(data.schema))

    def encoded_parts(self, parts: Parts) -> Parts:
        """Return parts as arrays of numbers; a shared memory is encoded once."""
        memories: dict[object, Dataset] = {}
        for part in parts:
            if part is not None and part.memory_key not in memories:
                memories[part.memory_key] = self.encoded(part)
        encoded = (
            None if part is None else memories[part.memory_key].at(part.rows)
            for part in parts
        )
        return Parts(*encoded)  # type: ignore[arg-type]

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the arrays that describe this encoder, by name."""
        return {"encoder.scale": self.scale, "encoder.shift": self.shift}

    def to_texts(self) -> dict[str, str]:
        """Return the texts that describe this encoder beside its arrays, as JSON."""
        parts = {"encoder.table": self.table, "encoder.answers": self.answers}
        return {
            name: json.dumps(part.to_dict(), ensure_ascii=False)
            for name, part in parts.items()
            if part is not None
        }

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], texts: Mapping[str, str] | None = None
    ) -> "Encoder":
        """Return the encoder that `to_arrays` and `to_texts` described.

        Other names are left alone.

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
        return cls(scale, shift, *_from_texts(texts or {}, len(scale)))


def _bins_for(schema: Schema) -> "PiecewiseLinear":
    """Return the encoder of numbers: the more columns there are, the fewer bins."""
    from ranvier.data.encoders import PiecewiseLinear

    count = sum(column.kind in ("number", "count") for column in schema.columns)
    return PiecewiseLinear(bins=min(_MOST_BINS, max(_ALL_BINS // max(count, 1), 8)))


def _from_texts(
    texts: Mapping[str, str], size: int
) -> "tuple[TableEncoder | None, AnswerEncoder | None]":
    if "encoder.table" not in texts and "encoder.answers" not in texts:
        return None, None
    from ranvier.data.encoders import AnswerEncoder, TableEncoder

    table, answers = (_read(texts, name) for name in ("table", "answers"))
    fitted = None if table is None else TableEncoder.from_dict(table)
    if fitted is not None and fitted.size != size:
        raise DataError(
            f"encoder.table gives {fitted.size} numbers, encoder.scale has {size}; "
            "fit the encoder again."
        )
    return fitted, None if answers is None else AnswerEncoder.from_dict(answers)


def _read(texts: Mapping[str, str], name: str) -> Any:
    text = texts.get(f"encoder.{name}")
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"encoder.{name} is no JSON ({error}); fit the encoder again."
        ) from None


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
