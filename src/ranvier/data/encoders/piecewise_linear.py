"""piecewise_linear: numbers → how far each bin is filled."""

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from ranvier.data.encoders.fitted import (
    NUMBERS,
    Ascending,
    FittedNumber,
    Floats,
    Number,
    measured,
)
from ranvier.data.encoders.measures import (
    Numbers,
    places,
    quantiles,
    robust_scale,
    scaled,
    smoothly_clipped,
)
from ranvier.description import Must, description

if TYPE_CHECKING:
    import polars

_ROWS_A_BIN = 32
_FARTHEST_BINS = 10.0


@description
class PiecewiseLinear:
    """Cut the range into bins and tell how far each is filled, beside the number.

    bins: how many, at most, and at most as many as 32 rows each allow. Their edges are
        quantiles of the training rows; a value that more rows have than a bin would
        hold, such as the 0 of most people's gains, is an edge by itself, and leaves
        the other bins to the other rows.

    The first number is the one of `robust`. Then comes one for each bin: 1 where the
    value lies above it, 0 where it lies below, and the share of the bin that lies
    below the value within it (Gorishniy, Rubachev and Babenko 2022, section 3.2). The
    first bin goes on below 0 and the last above 1, up to 10 times the bin.

    >>> import polars
    >>> values = polars.Series(range(129), dtype=polars.Float64)
    >>> fitted = PiecewiseLinear(bins=4).fit(values)
    >>> fitted.apply(polars.Series([80.0]))[0, 1:].tolist()
    [1.0, 1.0, 0.5, 0.0]
    """

    type: ClassVar[str] = "piecewise_linear"
    kinds: ClassVar[tuple[str, ...]] = NUMBERS

    bins: Annotated[
        int, Field(ge=1, le=256), Must("an integer from 1 to 256", "48 is usual")
    ] = 48

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedPiecewiseLinear":
        """Return the encoder as fitted on the training rows of a column."""
        ordered, cells = measured(values)
        bins = max(1, min(self.bins, len(ordered) // _ROWS_A_BIN))
        return FittedPiecewiseLinear(
            **cells,
            scale=robust_scale(ordered),
            edges=tuple(_edges(ordered, bins).tolist()),
        )


def _edges(ordered: Numbers, bins: int) -> Numbers:
    """Return the edges of so many bins of the sorted numbers, or of fewer."""
    own = np.empty(0)
    while len(ordered) and bins > len(own):
        values, counts = np.unique(ordered, return_counts=True)
        is_own = counts * (bins - len(own)) > len(ordered)
        if not is_own.any():
            break
        own = np.concatenate([own, values[is_own]])
        ordered = np.repeat(values[~is_own], counts[~is_own])
    if len(own) and not len(ordered):
        return np.unique(own)
    shares = np.linspace(0, 1, max(bins - len(own), 1) + 1)
    return np.unique(np.concatenate([own, quantiles(ordered, shares)]))


@description
class FittedPiecewiseLinear(FittedNumber):
    """Hold the edges of the bins, and the scale of the training rows."""

    type: ClassVar[str] = "piecewise_linear"

    scale: Number
    edges: Ascending

    @property
    def width(self) -> int:
        """One for the number itself, and one for each bin."""
        return len(self.edges)

    @cached_property
    def _ladder(self) -> tuple[Numbers, Floats]:
        """The edges, and for each bin what the bins below it are filled with."""
        bins = len(self.edges) - 1
        return np.array(self.edges), np.tri(bins, dtype=np.float32)

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the column's own name, and one with the edges of each bin."""
        pairs = zip(self.edges, self.edges[1:], strict=False)
        return (column, *(f"{column} in {low:g} to {high:g}" for low, high in pairs))

    def encode(self, numbers: Numbers, out: Floats) -> None:
        """Write the scaled number, and how far each bin is filled."""
        out[:, 0] = smoothly_clipped(scaled(numbers, self.median, self.scale))
        if self.width < 2:
            return
        edges, ladder = self._ladder
        which, through = places(numbers, edges)
        out[:, 1:] = ladder[which]
        filled = np.clip(through, 1 - _FARTHEST_BINS, _FARTHEST_BINS)
        out[np.arange(len(numbers)), 1 + which] = filled
