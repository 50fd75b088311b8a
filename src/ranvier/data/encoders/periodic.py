"""periodic: numbers → sines and cosines of them."""

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from ranvier.data.encoders.fitted import (
    NUMBERS,
    FittedNumber,
    Floats,
    Number,
    Row,
    measured,
)
from ranvier.data.encoders.measures import (
    Numbers,
    robust_scale,
    scaled,
    smoothly_clipped,
)
from ranvier.description import Must, description

if TYPE_CHECKING:
    import polars


@description
class Periodic:
    """Add cos(2π c x) and sin(2π c x) to x, the number that `robust` gives.

    frequencies: how many c there are.
    deviation: that of the normal variable of which the c are drawn, once, by the seed.

    Gorishniy, Rubachev and Babenko 2022, section 3.3, where the c are learnt; here
    they stay as they were drawn. That x stays beside them is RealMLP's way
    (Holzmüller, Grinsztajn and Steinwart 2024, section 3.2).

    >>> import polars
    >>> fitted = Periodic(frequencies=2).fit(polars.Series([1.0, 2.0, 3.0]))
    >>> fitted.apply(polars.Series([2.0])).tolist()
    [[0.0, 1.0, 1.0, 0.0, 0.0]]
    """

    type: ClassVar[str] = "periodic"
    kinds: ClassVar[tuple[str, ...]] = NUMBERS

    frequencies: Annotated[
        int, Field(ge=1, le=256), Must("an integer from 1 to 256", "8 is usual")
    ] = 8
    deviation: Annotated[
        float, Field(gt=0, le=100), Must("above 0, at most 100", "0.1 is usual")
    ] = 0.1

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedPeriodic":
        """Return the encoder as fitted on the training rows of a column."""
        ordered, cells = measured(values)
        drawn = np.random.Generator(np.random.Philox(seed)).normal(
            scale=self.deviation, size=self.frequencies
        )
        return FittedPeriodic(
            **cells,
            scale=robust_scale(ordered),
            frequencies=tuple(np.sort(np.abs(drawn)).tolist()),
        )


@description
class FittedPeriodic(FittedNumber):
    """Hold the frequencies, and the scale of the training rows."""

    type: ClassVar[str] = "periodic"

    scale: Number
    frequencies: Row

    @property
    def width(self) -> int:
        """One for the number itself, and two for each frequency."""
        return 1 + 2 * len(self.frequencies)

    @cached_property
    def _speeds(self) -> Numbers:
        return 2 * np.pi * np.array(self.frequencies)

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the column's own name, and one for each wave."""
        waves = (
            f"{wave}(2π {one:.3g} {column})"
            for wave in ("cos", "sin")
            for one in self.frequencies
        )
        return (column, *waves)

    def encode(self, numbers: Numbers, out: Floats) -> None:
        """Write the scaled number, its cosines and its sines."""
        near = smoothly_clipped(scaled(numbers, self.median, self.scale))
        angles = near[:, None] * self._speeds
        count = len(self.frequencies)
        out[:, 0] = near
        out[:, 1 : 1 + count] = np.cos(angles)
        out[:, 1 + count :] = np.sin(angles)
