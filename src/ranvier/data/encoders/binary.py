"""binary: yes or no → 1 or -1."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ranvier.data.encoders.fitted import FittedColumn, Flag, Floats, missing
from ranvier.data.encoders.measures import numbers_of
from ranvier.description import description

if TYPE_CHECKING:
    import polars


@description
class Binary:
    """Make yes 1, no -1, and a missing cell 0.

    Where training rows had missing cells, a second number says whether this one is.

    >>> import polars
    >>> answers = Binary().fit(polars.Series([True, False]))
    >>> answers.apply(polars.Series([True, None, False])).tolist()
    [[1.0], [0.0], [-1.0]]
    """

    type: ClassVar[str] = "binary"
    kinds: ClassVar[tuple[str, ...]] = ("boolean",)

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedBinary":
        """Return the encoder as fitted on the training rows of a column."""
        return FittedBinary(has_gaps=values.null_count() > 0)


@description
class FittedBinary(FittedColumn):
    """Hold whether a cell is missing in the training rows."""

    type: ClassVar[str] = "binary"

    has_gaps: Flag

    @property
    def size(self) -> int:
        """One, and one more for missing cells."""
        return 1 + self.has_gaps

    def names(self, column: str) -> tuple[str, ...]:
        """Return a name for each of the numbers that a cell of `column` becomes."""
        return (column,) + (missing(column),) * self.has_gaps

    def write(self, values: "polars.Series", out: Floats) -> None:
        """Write 1, -1 or 0, and whether the cell is missing."""
        numbers = numbers_of(values)
        gaps = np.isnan(numbers)
        out[:, 0] = np.where(gaps, 0, 2 * numbers - 1)
        if self.has_gaps:
            out[:, 1] = gaps
