"""fitted: what every fitted encoder of a column can do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field

from ranvier.data.encoders.measures import Numbers, known, median, numbers_of
from ranvier.description import Must, as_tuple, description

if TYPE_CHECKING:
    import polars

Floats = NDArray[np.float32]
NUMBERS = ("number", "count")
"""The kinds of column that hold numbers."""


def _ascending(row: tuple[float, ...]) -> tuple[float, ...]:
    if any(high <= low for low, high in pairwise(row)):
        raise ValueError
    return row


def _distinct(words: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(words)) < len(words):
        raise ValueError
    return words


_REMEDY = "fit the encoder again"
Number = Annotated[float, Must("a finite number", _REMEDY)]
Flag = Annotated[bool, Must("true or false", _REMEDY)]
Row = Annotated[
    tuple[Annotated[float, Field(ge=-1e6, le=1e6)], ...],
    BeforeValidator(as_tuple),
    Field(min_length=1),
    Must("a list of numbers from -1e6 to 1e6", _REMEDY),
]
Ascending = Annotated[
    tuple[float, ...],
    BeforeValidator(as_tuple),
    Field(min_length=1),
    AfterValidator(_ascending),
    Must("a list of numbers that ascend", _REMEDY),
]
Words = Annotated[
    tuple[str, ...],
    BeforeValidator(as_tuple),
    AfterValidator(_distinct),
    Must("a list of different texts", _REMEDY),
]


class ColumnEncoder(Protocol):
    """Describe how a column becomes numbers: its options, before it saw any rows."""

    type: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedColumn":
        """Return the encoder as fitted on the training rows of a column."""


class FittedColumn(ABC):
    """Turn the cells of a column into numbers, in the way that training rows set."""

    type: ClassVar[str]

    @property
    @abstractmethod
    def size(self) -> int:
        """How many numbers a cell becomes."""

    @abstractmethod
    def names(self, column: str) -> tuple[str, ...]:
        """Return a name for each of the numbers that a cell of `column` becomes."""

    @abstractmethod
    def write(self, values: "polars.Series", out: Floats) -> None:
        """Write the numbers of each cell into `out` (N, size)."""

    def apply(self, values: "polars.Series") -> Floats:
        """Return the numbers of each cell, float32 (N, size), all of them finite."""
        out = np.zeros((len(values), self.size), np.float32)
        self.write(values, out)
        return out


@description
class FittedNumber(FittedColumn):
    """Turn numbers into numbers; a missing cell counts as the median.

    median: that of the training rows; 0 where all of them are missing.
    has_gaps: whether a cell is missing in the training rows. If so, the last number
        says whether this one is: 1 or 0.
    """

    median: Number
    has_gaps: Flag

    @property
    @abstractmethod
    def width(self) -> int:
        """How many numbers a cell becomes, besides the one for missing cells."""

    @abstractmethod
    def encode(self, numbers: Numbers, out: Floats) -> None:
        """Write what each of the numbers (N,) becomes into `out` (N, width)."""

    @abstractmethod
    def labels(self, column: str) -> tuple[str, ...]:
        """Return the names of the `width` numbers."""

    @property
    def size(self) -> int:
        """How many numbers a cell becomes."""
        return self.width + self.has_gaps

    def names(self, column: str) -> tuple[str, ...]:
        """Return a name for each of the numbers that a cell of `column` becomes."""
        return self.labels(column) + (missing(column),) * self.has_gaps

    def write(self, values: "polars.Series", out: Floats) -> None:
        """Write the numbers of each cell into `out` (N, size)."""
        numbers = numbers_of(values)
        gaps = np.isnan(numbers)
        if gaps.any():
            numbers[gaps] = self.median
        self.encode(numbers, out[:, : self.width])
        if self.has_gaps:
            out[:, -1] = gaps


def missing(column: str) -> str:
    """Return the name of the number that says whether a cell is missing."""
    return f"{column} is missing"


def measured(values: "polars.Series") -> tuple[Numbers, Mapping[str, Any]]:
    """Return the sorted numbers of a column, and what FittedNumber keeps of them."""
    ordered = known(values)
    gaps = len(ordered) < len(values)
    return ordered, {"median": median(ordered), "has_gaps": gaps}
