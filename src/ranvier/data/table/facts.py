"""facts: what one column of a table holds, in figures."""

import math
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ranvier.data.column import KINDS, Column
from ranvier.data.table.cells import as_texts, is_given, is_readable, read_cells
from ranvier.data.table.evidence import Evidence

BINS = 10
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_NAMES = 10  # of the most frequent values that are kept
_ON_SCALE = ("number", "count", "date")


class Histogram(NamedTuple):
    """Count values in ten bins of equal width between two edges."""

    low: float
    high: float
    counts: tuple[int, ...]


class Scale(NamedTuple):
    """Say where numbers lie; a date counts seconds from 1970.

    low, high and mean are of all rows where they are cheap; quantiles, at 5, 25, 50,
    75 and 95 in a hundred, and the histogram are of a sample.
    """

    low: float
    high: float
    mean: float
    quantiles: tuple[float, ...]
    histogram: Histogram

    def to_dict(self, *, dates: bool = False) -> dict[str, Any]:
        """Return the scale as JSON knows it, `dates` as ISO text."""
        written = moment if dates else float
        counts = list(self.histogram.counts)
        return {
            "low": written(self.low),
            "high": written(self.high),
            "mean": written(self.mean),
            "quantiles": {
                f"{share:g}": written(value)
                for share, value in zip(SHARES, self.quantiles, strict=True)
            },
            "histogram": counts,
        }


class ColumnFacts(NamedTuple):
    """Hold what is known of a column.

    missing, distinct: cells without a value, and different values (from 100,000 rows
    on within two in a hundred). scale: of numbers and dates, else None. frequent: the
    most frequent other values with their shares of the given cells, in a sample.
    """

    name: str
    kind: str
    dtype: str
    use: str
    rows: int
    missing: int
    distinct: int
    scale: Scale | None = None
    frequent: tuple[tuple[str, float], ...] = ()

    @property
    def missing_share(self) -> float:
        """How many of the cells are missing, as a share."""
        return self.missing / max(self.rows, 1)

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as JSON knows them; dates as ISO text."""
        said = self._asdict() | {"missing_share": self.missing_share}
        said["frequent"] = [
            {"value": value, "share": share} for value, share in self.frequent
        ]
        if self.scale:
            said["scale"] = self.scale.to_dict(dates=self.kind == "date")
        return said


def facts_of(seen: Evidence, column: Column, drawn: pl.Series) -> ColumnFacts:
    """Return the facts of a column; `drawn` are cells of it, some or all."""
    facts = ColumnFacts(
        column.name,
        column.kind,
        str(seen.dtype),
        KINDS[column.kind],
        seen.rows,
        seen.rows - seen.given,
        seen.distinct,
    )
    if column.kind in _ON_SCALE:
        return facts._replace(scale=_scale(seen, read_cells(drawn, column)))
    return facts._replace(frequent=_frequent(drawn))


def unread(cells: pl.Series, column: Column) -> ColumnFacts:
    """Return the facts of a column whose cells are lists or structures."""
    use, missing = KINDS[column.kind], cells.null_count()
    dtype = str(cells.dtype)
    return ColumnFacts(column.name, column.kind, dtype, use, len(cells), missing, 0)


def percent(share: float) -> str:
    """Return a share as a percentage, with as many decimals as say something.

    >>> percent(0.5), percent(0.0312)
    ('50 %', '3.12 %')
    """
    return f"{share * 100:.4g} %"


def moment(number: float) -> str:
    """Return seconds from 1970 as an ISO date, with the time if there is one.

    >>> moment(86400.0)
    '1970-01-02'
    """
    time = datetime(1970, 1, 1) + timedelta(seconds=round(number))
    return time.isoformat(" ").removesuffix(" 00:00:00")


def histogram(values: NDArray[np.float64], low: float, high: float) -> Histogram:
    """Count finite values in ten bins from `low` to `high`.

    >>> import numpy as np
    >>> histogram(np.array([0.0, 0.1, 1.0]), 0.0, 1.0).counts
    (1, 1, 0, 0, 0, 0, 0, 0, 0, 1)
    """
    reach = high - low
    if not 0 < reach < math.inf:
        return Histogram(low, high, (len(values), *[0] * (BINS - 1)))
    places = np.minimum((values - low) / reach * BINS, BINS - 1).astype(np.intp)
    return Histogram(low, high, tuple(np.bincount(places, minlength=BINS).tolist()))


def seconds(dates: pl.Series) -> pl.Series:
    """Return dates as seconds from 1970, other cells as they are."""
    if isinstance(dates.dtype, pl.Datetime):
        return dates.dt.epoch("us").cast(pl.Float64) / 1e6
    return dates


def _scale(seen: Evidence, read: pl.Series) -> Scale | None:
    numbers = seconds(read)
    values = numbers.filter(numbers.is_finite()).to_numpy()
    if not len(values):
        return None
    low, high, mean = float(values.min()), float(values.max()), float(values.mean())
    if read is numbers and seen.low is not None and seen.high is not None:
        low, high = _edge(seen.low, low), _edge(seen.high, high)
        mean = mean if seen.mean is None else _edge(seen.mean, mean)
    quantiles = tuple(np.quantile(values, SHARES).tolist())
    return Scale(low, high, mean, quantiles, histogram(values, low, high))


def _edge(whole: float, sampled: float) -> float:
    return whole if math.isfinite(whole) else sampled


def _frequent(drawn: pl.Series) -> tuple[tuple[str, float], ...]:
    if not is_readable(drawn.dtype):
        return ()
    texts = as_texts(drawn.filter(is_given(drawn)))
    counts = texts.alias("value").value_counts(sort=True, name="count").head(_NAMES)
    return tuple((value, count / len(texts)) for value, count in counts.rows())
