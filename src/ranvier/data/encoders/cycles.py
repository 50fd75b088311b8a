"""cycles: a date → where it stands in the year, the week and the day, and its age."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ranvier.data.encoders.fitted import (
    FittedColumn,
    Flag,
    Floats,
    Number,
    Words,
    missing,
)
from ranvier.data.encoders.measures import Numbers, known, moments, numbers_of, scaled
from ranvier.description import description
from ranvier.errors import DescriptionError, shown

if TYPE_CHECKING:
    import polars

_DAY = 24 * 3600e6  # microseconds


def _hour(dates: "polars.Series") -> Numbers:
    hours = numbers_of(dates.dt.hour())
    return hours + numbers_of(dates.dt.minute()) / 60


_CYCLES: dict[str, tuple[float, Callable[["polars.Series"], Numbers]]] = {
    "month": (12, lambda dates: numbers_of(dates.dt.month())),
    "day of year": (365.25, lambda dates: numbers_of(dates.dt.ordinal_day())),
    "weekday": (7, lambda dates: numbers_of(dates.dt.weekday())),
    "hour": (24, _hour),
}
"""Each cycle: how long it is, and where in it each date stands."""


@description
class Cycles:
    """Write a date as sine and cosine of its place in each cycle, and as its age.

    The cycles are the month, the day of the year, the weekday and the hour; those in
    which training rows do not differ are left out. The age is the standardised number
    of days. A missing date is 0 in all of them; where training rows had some, the last
    number says whether this one is.

    >>> import datetime, polars
    >>> days = polars.Series([datetime.datetime(2024, 5, day) for day in (6, 7, 13)])
    >>> Cycles().fit(days).cycles
    ('day of year', 'weekday')
    """

    type: ClassVar[str] = "cycles"
    kinds: ClassVar[tuple[str, ...]] = ("date",)

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedCycles":
        """Return the encoder as fitted on the training rows of a column."""
        dates = values.drop_nulls()
        mean, deviation = moments(known(_microseconds(dates)))
        varied = (
            (name for name, (_, place) in _CYCLES.items() if np.ptp(place(dates)))
            if len(dates)
            else ()
        )
        return FittedCycles(
            cycles=tuple(varied),
            mean=mean,
            deviation=deviation,
            has_gaps=len(dates) < len(values),
        )


def _microseconds(dates: "polars.Series") -> "polars.Series":
    return dates.to_physical()


@description
class FittedCycles(FittedColumn):
    """Hold the cycles in which training rows differ, and the moments of their age.

    mean, deviation: of the microseconds since 1970.
    """

    type: ClassVar[str] = "cycles"

    cycles: Words
    mean: Number
    deviation: Number
    has_gaps: Flag

    def __post_init__(self) -> None:
        for cycle in self.cycles:
            if cycle not in _CYCLES:
                raise DescriptionError(
                    f"FittedCycles(cycles={shown(self.cycles)}): there is no cycle "
                    f"{shown(cycle)}; known: {', '.join(_CYCLES)}."
                )

    @property
    def size(self) -> int:
        """Two for each cycle, one for the age, and one for missing dates."""
        return 2 * len(self.cycles) + 1 + self.has_gaps

    def names(self, column: str) -> tuple[str, ...]:
        """Return a name for each of the numbers that a cell of `column` becomes."""
        waves = (
            f"{wave} of {column}'s {cycle}"
            for cycle in self.cycles
            for wave in ("sin", "cos")
        )
        return (*waves, column) + (missing(column),) * self.has_gaps

    def write(self, values: "polars.Series", out: Floats) -> None:
        """Write the sines and cosines, the age, and whether the date is missing."""
        for number, cycle in enumerate(self.cycles):
            length, place = _CYCLES[cycle]
            angle = place(values) * (2 * np.pi / length)
            out[:, 2 * number] = np.sin(angle)
            out[:, 2 * number + 1] = np.cos(angle)
        age = numbers_of(_microseconds(values))
        gaps = np.isnan(age)
        out[:, 2 * len(self.cycles)] = scaled(age, self.mean, self.deviation)
        if gaps.any():
            out[gaps] = 0
        if self.has_gaps:
            out[:, -1] = gaps
