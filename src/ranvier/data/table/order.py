"""order: dates that go back in time → what to mind."""

from collections.abc import Iterator, Mapping

import polars as pl

from ranvier.data.caution import Caution

_OUT_OF_ORDER = 0.1  # of the rows, at most, where the others are in order


def date_order(dates: pl.Series, step: int = 1) -> Iterator[Caution]:
    """Warn of dates of which up to a tenth go back in time.

    step: how many rows apart those are that were drawn.
    """
    steps = dates.drop_nulls().diff().drop_nulls()
    back = steps.dt.total_microseconds() < 0
    count = int(back.sum())
    if 0 < count <= _OUT_OF_ORDER * len(steps):
        row = ((back.arg_max() or 0) + 1) * step + 1
        yield Caution(
            "date-order",
            dates.name,
            f"{dates.name} goes back in time at {count:,} of {len(steps):,} steps, "
            f"first at row {row:,} or near: rows are nearly in order, and where a date "
            "is wrong, a split by time puts its row into the wrong part; look there.",
        )


def time_overlap(parts: Mapping[str, pl.DataFrame], date: str) -> tuple[Caution, ...]:
    """Warn of rows in later parts with a date before the last one of the first part.

    Parts are by time where that is so of up to a tenth of the rows; others are not.

    parts: typed frames by name, the first for training. date: a column of dates.

    >>> from datetime import datetime
    >>> ends = datetime(2024, 1, 1), datetime(2024, 1, 30)
    >>> frame = pl.datetime_range(*ends, eager=True).alias("day").to_frame()
    >>> time_overlap({"training": frame[:16], "test": frame[15:]}, "day")
    ()
    >>> time_overlap({"training": frame[:17], "test": frame[15:]}, "day")[0].code
    'date-order'
    """
    names = list(parts)
    last = parts[names[0]][date].max()
    if last is None:
        return ()
    found = []
    for name in names[1:]:
        count = int((parts[name][date] < last).sum())
        if 0 < count <= _OUT_OF_ORDER * parts[name].height:
            found.append(
                Caution(
                    "date-order",
                    date,
                    f"{count:,} of {parts[name].height:,} rows of the {name} part have "
                    f"a {date} before {last!s}, the last of the {names[0]} part: the "
                    f"future would be known; split with --split time={date}, or mend "
                    "these dates.",
                )
            )
    return tuple(found)
