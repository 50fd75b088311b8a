"""standard: numbers → mean 0 and standard deviation 1."""

from typing import TYPE_CHECKING, ClassVar

from ranvier.data.encoders.fitted import NUMBERS, FittedNumber, Floats, Number, measured
from ranvier.data.encoders.measures import Numbers, moments, scaled
from ranvier.description import description

if TYPE_CHECKING:
    import polars


@description
class Standard:
    """Subtract the mean and divide by the standard deviation.

    A number a million deviations off, or farther, counts as a million off.

    >>> import polars
    >>> Standard().fit(polars.Series([1.0, 3.0])).apply(polars.Series([3.0])).tolist()
    [[1.0]]
    """

    type: ClassVar[str] = "standard"
    kinds: ClassVar[tuple[str, ...]] = NUMBERS

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedStandard":
        """Return the encoder as fitted on the training rows of a column."""
        ordered, cells = measured(values)
        mean, deviation = moments(ordered)
        return FittedStandard(**cells, mean=mean, deviation=deviation)


@description
class FittedStandard(FittedNumber):
    """Hold the mean and the standard deviation of the training rows."""

    type: ClassVar[str] = "standard"
    width: ClassVar[int] = 1

    mean: Number
    deviation: Number

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the column's own name."""
        return (column,)

    def encode(self, numbers: Numbers, out: Floats) -> None:
        """Write the standardised numbers."""
        out[:, 0] = scaled(numbers, self.mean, self.deviation)
