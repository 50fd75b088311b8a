"""robust: numbers → their distance from the median, far ones drawn in."""

from typing import TYPE_CHECKING, ClassVar

from ranvier.data.encoders.fitted import NUMBERS, FittedNumber, Floats, Number, measured
from ranvier.data.encoders.measures import (
    Numbers,
    robust_scale,
    scaled,
    smoothly_clipped,
)
from ranvier.description import description

if TYPE_CHECKING:
    import polars


@description
class Robust:
    """Centre on the median, divide by the interquartile range, clip smoothly.

    Half the whole range replaces an interquartile range of 0. What is at most 1 hardly
    changes, nothing exceeds 3: x / √(1 + (x/3)²), as in RealMLP (Holzmüller,
    Grinsztajn and Steinwart 2024, section 3.1).

    >>> import polars
    >>> robust = Robust().fit(polars.Series([1.0, 2.0, 3.0, 4.0, 900.0]))
    >>> robust.apply(polars.Series([3.0, None, 1e300])).tolist()
    [[0.0], [0.0], [3.0]]
    """

    type: ClassVar[str] = "robust"
    kinds: ClassVar[tuple[str, ...]] = NUMBERS

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedRobust":
        """Return the encoder as fitted on the training rows of a column."""
        ordered, cells = measured(values)
        return FittedRobust(**cells, scale=robust_scale(ordered))


@description
class FittedRobust(FittedNumber):
    """Hold the median and the scale of the training rows."""

    type: ClassVar[str] = "robust"
    width: ClassVar[int] = 1

    scale: Number

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the column's own name."""
        return (column,)

    def encode(self, numbers: Numbers, out: Floats) -> None:
        """Write the scaled numbers."""
        out[:, 0] = smoothly_clipped(scaled(numbers, self.median, self.scale))
