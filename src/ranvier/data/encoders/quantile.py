"""quantile: numbers → the place that they take among the training rows."""

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ranvier.data.encoders.fitted import (
    NUMBERS,
    Ascending,
    FittedNumber,
    Floats,
    Row,
    measured,
)
from ranvier.data.encoders.measures import Numbers, places, quantiles
from ranvier.description import Must, description
from ranvier.errors import DescriptionError

if TYPE_CHECKING:
    import polars


@description
class Quantile:
    """Replace a number by the share of training rows below it, made normal or uniform.

    shape: "normal" gives the number of deviations below which a normal variable lies
        with this probability; "uniform" spreads evenly over -1 to 1.
    knots: how many quantiles are kept at most; between them the share is interpolated,
        beyond them it is that of the smallest or the largest number.

    Numbers that are equal share the middle of their places, and the smallest of n has
    the share 1 / 2n (Conover 1999, section 5.10, on normal scores).

    >>> import polars
    >>> evenly = Quantile(shape="uniform").fit(polars.Series([1.0, 2.0, 50.0]))
    >>> evenly.apply(polars.Series([2.0])).tolist()
    [[0.0]]
    """

    type: ClassVar[str] = "quantile"
    kinds: ClassVar[tuple[str, ...]] = NUMBERS

    shape: Annotated[
        Literal["normal", "uniform"],
        Must('"normal" or "uniform"', '"normal" suits most networks'),
    ] = "normal"
    knots: Annotated[
        int, Field(ge=2, le=1000), Must("an integer from 2 to 1000", "1000 is usual")
    ] = 1000

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedQuantile":
        """Return the encoder as fitted on the training rows of a column."""
        ordered, cells = measured(values)
        count = max(len(ordered), 1)
        shares = np.linspace(0, 1, min(self.knots, max(count, 2)))
        edges = quantiles(ordered, shares)
        knots, which = np.unique(edges, return_inverse=True)
        middle = np.bincount(which, shares) / np.bincount(which)
        heights = _height((0.5 + (count - 1) * middle) / count, self.shape)
        return FittedQuantile(
            **cells, knots=tuple(knots.tolist()), heights=tuple(heights.tolist())
        )


def _height(shares: Numbers, shape: str) -> Numbers:
    if shape == "uniform":
        return 2 * shares - 1
    from scipy.special import ndtri

    heights: Numbers = ndtri(shares)
    return heights


@description
class FittedQuantile(FittedNumber):
    """Hold quantiles of the training rows, and what each of them becomes."""

    type: ClassVar[str] = "quantile"
    width: ClassVar[int] = 1

    knots: Ascending
    heights: Row

    def __post_init__(self) -> None:
        if len(self.knots) != len(self.heights):
            raise DescriptionError(
                f"FittedQuantile(): there are {len(self.knots)} knots and "
                f"{len(self.heights)} heights; fit the encoder again."
            )

    @cached_property
    def _curve(self) -> tuple[Numbers, Numbers]:
        return np.array(self.knots), np.array(self.heights)

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the column's own name."""
        return (column,)

    def encode(self, numbers: Numbers, out: Floats) -> None:
        """Write the heights that belong to the numbers."""
        knots, heights = self._curve
        if len(knots) < 2:
            out[:, 0] = 0
            return
        which, through = places(numbers, knots)
        through = np.clip(through, 0, 1)
        out[:, 0] = heights[which] * (1 - through) + heights[which + 1] * through
