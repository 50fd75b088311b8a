"""table: a typed frame → one array of the network's numbers."""

import zlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Protocol, Self

import numpy as np
from pydantic import BeforeValidator, Field

from ranvier.data.column import Column
from ranvier.data.encoders.choice import Wish, check_named, suited, wished
from ranvier.data.encoders.embedding import FittedEmbedding
from ranvier.data.encoders.fitted import FittedColumn, Floats
from ranvier.data.encoders.known import ENCODERS, FITTED
from ranvier.description import Document, Must, as_tuple, description, one_of
from ranvier.errors import DataError, DescriptionError, shown

if TYPE_CHECKING:
    import polars

_DTYPES = {
    "number": "Float64",
    "count": "Float64",
    "boolean": "Boolean",
    "date": "Datetime(time_unit='us', time_zone=None)",
    "category": "String",
    "text": "String",
}
_WIDEST = 8  # RealMLP's embeddings, of which a small table needs less


class Columns(Protocol):
    """Hold columns by name, as a Polars frame does, or one that reads them."""

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""

    @property
    def height(self) -> int:
        """How many rows there are."""

    def get_column(self, name: str) -> "polars.Series":
        """Return a column."""


def _as_column(value: object) -> object:
    return Column.from_dict(value) if isinstance(value, dict) else value


@description
class TableEncoder(Document):
    """Turn a typed frame into the numbers that the network reads, float32 (N, K).

    columns: those that are learnt, in the schema's order.
    encoders: the fitted encoder of each.

    Numbers that are ids of embeddings come first, in the order of their columns, and
    then the others in the order of theirs.

    >>> import polars
    >>> frame = polars.DataFrame({"height": [1.0, 3.0], "sex": ["f", "m"]})
    >>> columns = (Column("height", "number"), Column("sex", "category"))
    >>> how = {"height": "standard", "sex": {"type": "one_hot", "least": 1}}
    >>> encoder = TableEncoder.fit(frame, columns, encode=how)
    >>> encoder.names
    ('height', 'sex = f', 'sex = m')
    >>> encoder.apply(frame).tolist()
    [[-1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    """

    columns: Annotated[
        tuple[Annotated[Column, BeforeValidator(_as_column)], ...],
        BeforeValidator(as_tuple),
        Field(min_length=1),
        Must("a list of Column", "name the columns that are learnt"),
    ]
    encoders: Annotated[
        tuple[Annotated[Any, one_of(FITTED)], ...],
        BeforeValidator(as_tuple),
        Must("a list of fitted encoders", "see TableEncoder.fit"),
    ]

    def __post_init__(self) -> None:
        if len(self.columns) != len(self.encoders):
            raise DescriptionError(
                f"TableEncoder(): there are {len(self.columns)} columns and "
                f"{len(self.encoders)} encoders; give one for each column."
            )
        for column, fitted in zip(self.columns, self.encoders, strict=True):
            if column.kind not in ENCODERS[fitted.type].kinds:
                raise DescriptionError(
                    f"TableEncoder(): column {shown(column.name)} is a {column.kind}, "
                    f'which "{fitted.type}" cannot read; fit the encoder again.'
                )

    @classmethod
    def fit(
        cls,
        frame: Columns,
        columns: Iterable[Column],
        *,
        seed: int = 0,
        encode: Mapping[str, Wish] | None = None,
        embed: bool = True,
        numbers: Wish = "piecewise_linear",
    ) -> Self:
        """Return the encoder as fitted on a typed frame of the training rows alone.

        columns: of the table; those that are left out are passed over.
        seed: of which the frequencies of `periodic` are drawn.
        encode: an encoder for a column, by the column's name: its name, an encoder, or
            a table of its type and options.
        embed: whether the network can begin with an Embedding.
        numbers: the encoder for numbers and counts that `encode` does not name.

        Raises:
            DataError: there are no rows or no columns, a column is missing or has
                another type, or an encoder cannot read its column.
            DescriptionError: there is no such encoder.
        """
        learnt = tuple(column for column in columns if column.is_learnt)
        wishes = encode or {}
        _check_rows(frame, learnt)
        _check_columns(frame, learnt)
        check_named(wishes, learnt)
        fitted = []
        for column in learnt:
            values = _values(frame, column)
            name = column.name
            encoder = (
                wished(column, wishes[name])
                if name in wishes
                else suited(column, values, numbers=numbers, embed=embed)
            )
            own_seed = seed * 2**32 + zlib.crc32(name.encode())
            fitted.append(encoder.fit(values, seed=own_seed))
        return cls(learnt, tuple(fitted))

    @cached_property
    def _order(self) -> tuple[tuple[int, FittedColumn], ...]:
        """The encoders with the numbers of their columns, those of ids first."""
        pairs = tuple(enumerate(self.encoders))
        return tuple(
            sorted(pairs, key=lambda pair: not isinstance(pair[1], FittedEmbedding))
        )

    @property
    def size(self) -> int:
        """How many numbers a row becomes: K."""
        return sum(encoder.size for encoder in self.encoders)

    @property
    def ids(self) -> tuple[int, ...]:
        """The size of each embedding's table."""
        return tuple(
            encoder.ids
            for encoder in self.encoders
            if isinstance(encoder, FittedEmbedding)
        )

    @property
    def id_columns(self) -> tuple[int, ...]:
        """Which of the numbers are ids: the first ones."""
        return tuple(range(len(self.ids)))

    @property
    def widths(self) -> tuple[int, ...]:
        """How long each embedding's rows may well be: 8, in a small table less."""
        return tuple(min(_WIDEST, size) for size in self.ids)

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each number."""
        return tuple(
            name
            for number, encoder in self._order
            for name in encoder.names(self.columns[number].name)
        )

    @property
    def origins(self) -> tuple[int, ...]:
        """The column that each number comes from, counted from 0."""
        return tuple(
            number for number, encoder in self._order for _ in range(encoder.size)
        )

    def apply(self, frame: "polars.DataFrame") -> Floats:
        """Return the numbers of each row, (N, K), C-contiguous and finite.

        frame: typed; its columns may come in any order, and other columns are passed
            over.

        Raises:
            DataError: a column is missing or has another type.
        """
        _check_columns(frame, self.columns)
        out = np.zeros((frame.height, self.size), np.float32)
        start = 0
        for number, encoder in self._order:
            end = start + encoder.size
            encoder.write(_values(frame, self.columns[number]), out[:, start:end])
            start = end
        return out


def _check_rows(frame: Columns, learnt: tuple[Column, ...]) -> None:
    if not learnt:
        raise DataError(
            "no column is left to learn from; give one of them another kind."
        )
    if not frame.height:
        raise DataError(
            "there are no rows to fit an encoder on; give the training part."
        )


def _check_columns(frame: Columns, learnt: tuple[Column, ...]) -> None:
    there = frame.columns
    missing = {column.name for column in learnt}.difference(there)
    for column in learnt:
        if column.name in missing:
            raise DataError(
                f"column {shown(column.name)} is missing; there are "
                f"{', '.join(map(shown, there)) or 'none'}; add it, with empty cells "
                "where its values are not known."
            )


def _values(frame: Columns, column: Column) -> "polars.Series":
    values = frame.get_column(column.name)
    expected = _DTYPES[column.kind]
    if str(values.dtype) != expected:
        raise DataError(
            f"column {shown(column.name)} is a {column.kind} and must be {expected}, "
            f"got {values.dtype}; make the frame typed first."
        )
    return values
