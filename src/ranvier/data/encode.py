"""encode: raw values → the network's numbers, fitted on the training part alone."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data.budget import budget
from ranvier.data.dataset import Dataset, Parts
from ranvier.data.memory import is_eased
from ranvier.data.schema import Schema
from ranvier.data.streamed import StreamedInputs
from ranvier.errors import DataError

if TYPE_CHECKING:
    import polars

    from ranvier.data.encoders import AnswerEncoder, PiecewiseLinear, TableEncoder
    from ranvier.data.encoders.choice import Wish

_CHUNK_VALUES = 2**18
_MOST_BINS, _ALL_BINS = 128, 2048
_MOST_TIMES = 8
FITTED_ROWS = 2**18
"""Training rows of a table, drawn from a seed, that encoders are fitted on at most.

Of categories all rows are looked at.
"""


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
        encode: "Mapping[str, Wish] | None" = None,
    ) -> "Encoder":
        """Return the encoder for data like `train_part`.

        Bytes become 0 to 1. Columns of numbers get mean 0 and standard deviation 1; a
        column that never changes becomes 0. Images of other numbers share one mean and
        one deviation (LeCun, Bottou, Orr and Müller 1998, section 4.3). Columns of
        `ids` stay as they are. The columns of a table are encoded each by its kind, or
        as `encode` says with an encoder, or its name, for the name of a column, or for
        all numbers as "number"; latitudes and longitudes as waves; numbers as targets
        are standardized, or their logarithms. Of more than 262,144 rows of a table, as
        many are drawn for all columns but categories, from a fixed seed. Rows of weight
        0 are not looked at, and those of weight 2 twice, where all weights are whole
        numbers and no more than 8 in the mean.

        Raises:
            DataError: there are no rows, or `encode` names what is not there.
        """
        if not len(train_part):
            raise DataError(
                "there are no rows to fit an encoder on; give the training part."
            )
        train_part = _repeated(counted(train_part))
        if train_part.schema.is_table:
            return cls._fit_table(train_part, encode or {})
        scale, shift = _spread(train_part)
        scale[list(ids)], shift[list(ids)] = 1, 0
        return cls(scale, shift)

    @classmethod
    def _fit_table(cls, train_part: Dataset, encode: "Mapping[str, Wish]") -> "Encoder":
        from ranvier.data.encoders import AnswerEncoder, TableEncoder
        from ranvier.data.encoders.places import waves_of

        schema = train_part.schema
        wishes = dict(encode)
        if "number" not in wishes:
            wishes = {**waves_of(schema.columns, len(train_part)), **wishes}
        numbers = wishes.pop("number", _bins_for(schema))
        table = TableEncoder.fit(
            _Seen.of(train_part), schema.columns, encode=wishes, numbers=numbers
        )
        answers = None
        if is_eased(schema):
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
        return Schema(*kept, target=schema.target)

    def encoded(self, data: Dataset) -> Dataset:
        """Return a table as arrays of numbers; arrays stay as they are."""
        if self.table is None:
            return data
        return self._with(data, self.table.apply(data.memory_table[:]))

    def encoded_parts(self, parts: Parts) -> Parts:
        """Return parts as arrays of numbers; a shared memory is encoded once.

        Where RANVIER_MEMORY has no room for a memory beside those before, its rows are
        encoded as they are asked for: `Dataset.streamed`.
        """
        memories = {part.memory_key: part for part in parts if part is not None}
        encoded, room = {}, budget().encoded
        for key, part in memories.items():
            size = len(part.memory_targets) * self.size * 4
            fits = self.table is None or size <= room
            encoded[key] = self.encoded(part) if fits else self._streamed(part)
            room -= size if fits else 0
        views = (
            None if part is None else encoded[part.memory_key].at(part.rows)
            for part in parts
        )
        return Parts(*views)  # type: ignore[arg-type]

    def _streamed(self, data: Dataset) -> Dataset:
        assert self.table is not None
        room = budget().block
        return self._with(data, StreamedInputs(self.table, data.memory_table, room))

    def _with(self, data: Dataset, inputs: Any) -> Dataset:
        """Return a table with the numbers of its rows, and its targets as learnt."""
        targets = data.memory_targets
        if self.answers is not None:
            targets = self.answers.apply(targets)
        return data.replaced(inputs, targets, self.schema_of(data.schema))

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


def counted(part: Dataset) -> Dataset:
    """Return the rows that weigh something, or all rows where none does."""
    weights = part.weights
    if weights is None or weights.all() or not weights.any():
        return part
    return part.take(np.flatnonzero(weights))


def _repeated(part: Dataset) -> Dataset:
    """Return rows as often as each weighs, where weights are small whole numbers."""
    weights = part.weights
    if weights is None or weights.max() <= 1 or (weights != np.rint(weights)).any():
        return part
    if weights.mean() > _MOST_TIMES:
        return part
    return part.take(np.repeat(np.arange(len(part)), weights.astype(np.intp)))


class _Seen(NamedTuple):
    """Show an encoder the rows to fit it on, one column at a time."""

    part: Dataset
    sample: Dataset
    whole: frozenset[str]  # names of columns that are fitted on all rows

    @classmethod
    def of(cls, part: Dataset) -> "_Seen":
        columns = part.schema.columns
        whole = frozenset(one.name for one in columns if one.kind == "category")
        if len(part) <= FITTED_ROWS:
            return cls(part, part, whole)
        random = np.random.Generator(np.random.Philox(0))
        drawn = random.choice(len(part), FITTED_ROWS, replace=False, shuffle=False)
        return cls(part, part.take(np.sort(drawn)), whole)

    @property
    def columns(self) -> list[str]:
        return self.part.memory_table.columns

    @property
    def height(self) -> int:
        return len(self.sample)

    def get_column(self, name: str) -> "polars.Series":
        seen = self.part if name in self.whole else self.sample
        return seen.cells(name)


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
