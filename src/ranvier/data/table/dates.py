"""dates: how a column of texts writes its dates, found over the whole column."""

import re
from typing import NamedTuple

import polars as pl

_FIRST_YEAR, _LAST_YEAR = 1000, 9999  # 24 for 2024 is no year
_SEEN = 200  # texts that a format is tried on before the whole column
_MONTH = "(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_HINT = "|".join(
    (
        rf"\d[-/. ]\d{{1,2}}[-/. ]\d|\d.{{0,3}}{_MONTH}|{_MONTH}[a-z]* \d",
        r"^\d{8}[Tt]\d",
    )
)
NUMBER = "%Y%m%d"
"""How dates are written that are numbers."""
_DAYS = (
    *("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y"),
    *("%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p")
_ISO = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"),
    *("%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z"),
    *("%Y%m%dT%H%M%S%.f", "%Y%m%dT%H%M", "%Y%m%dT%H%M%S%.f%#z"),
)
_DAY_MONTH_YEAR_TIME = ("d e -d", "m b B -m", "Y y", "H -H I -I M S .f f p z #z T")
_PARTS = [{f"%{sign}" for sign in part.split()} for part in _DAY_MONTH_YEAR_TIME]
_TWINS = {"%m/%d/%Y": "%d/%m/%Y", "%m/%d/%y": "%d/%m/%y", "%d-%m-%Y": "%m-%d-%Y"}


class DateFormat(NamedTuple):
    """Say how dates are written; `other` reads every one of them too.

    Month and day change places in `other`. format, other: strptime's signs; a format
    of None is ISO 8601.
    """

    format: str | None
    other: str | None = None


def read_dates(texts: pl.Series, format: str | None) -> pl.Series:  # noqa: A002
    """Return texts as Datetime in microseconds, null where they are no such dates.

    ISO dates (format None) may have a time, fractions of a second and a zone.
    """
    if format is not None:
        return _with_years(_parsed(texts, format))
    spaced = texts.str.replace(r"^(\d{4}-\d\d-\d\d)[Tt]", "${1} ")
    dates = _parsed(spaced, _ISO[0])
    for form in _ISO[1:]:
        if dates.null_count() == spaced.null_count():
            break
        dates = dates.zip_with(dates.is_not_null(), _parsed(spaced, form))
    return _with_years(dates)


def find_format(
    texts: pl.Series, share: float, rows: pl.Series | None = None
) -> DateFormat | None:
    """Return how the dates in `texts` are written; None where too few are dates.

    share: of the texts, how many a format must read. Where month/day/year and
    day/month/year both do, the month comes first in dates with strokes, the day in
    dates with dashes. rows: how many rows each text stands for, one if left out.
    """
    if rows is not None:
        rows = rows.filter(texts.is_not_null())
    texts = texts.drop_nulls()
    seen = texts
    if rows is None:
        seen = texts.unique(maintain_order=True).head(_SEEN)
    if not len(seen) or _share(seen.str.contains(_HINT), rows) < share:
        return None
    for format in (None, *(day + time for time in _TIMES for day in _DAYS)):  # noqa: A001
        if _reads(seen, format, share, rows) and (
            seen is texts or _reads(texts, format, share)
        ):
            return DateFormat(format, _other(texts, format, share, rows))
    return None


def are_dates(numbers: pl.Series) -> bool:
    """Return whether all numbers are years, months and days side by side: 20240131."""
    numbers = numbers.drop_nulls()
    whole = numbers.cast(pl.Int64)
    months, days = whole // 100 % 100, whole % 100
    seem = months.is_between(1, 12) & days.is_between(1, 31) & (whole == numbers)
    if not seem.all():
        return False
    return not _parsed(whole.unique().cast(pl.String), NUMBER).null_count()


def _other(
    texts: pl.Series,
    format: str | None,  # noqa: A002
    share: float,
    rows: pl.Series | None,
) -> str | None:
    for one, twin in _TWINS.items():
        if format is not None and format.startswith(one):
            swapped = twin + format.removeprefix(one)
            return swapped if _reads(texts, swapped, share, rows) else None
    return None


def _reads(
    texts: pl.Series,
    format: str | None,  # noqa: A002
    share: float,
    rows: pl.Series | None = None,
) -> bool:
    return _share(read_dates(texts, format).is_not_null(), rows) >= share


def _share(chosen: pl.Series, rows: pl.Series | None) -> float:
    """Return the share of what is chosen, each counted by its rows."""
    if rows is None:
        return int(chosen.sum()) / len(chosen)
    return int(rows.filter(chosen).sum()) / int(rows.sum())


def _parsed(texts: pl.Series, format: str) -> pl.Series:  # noqa: A002
    dates = texts.str.to_datetime(format, strict=False, time_unit="us")
    if isinstance(dates.dtype, pl.Datetime) and dates.dtype.time_zone:
        dates = dates.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return dates


def _with_years(dates: pl.Series) -> pl.Series:
    years = dates.dt.year()
    kept = years.is_between(_FIRST_YEAR, _LAST_YEAR).fill_null(value=False)
    return dates.zip_with(kept, pl.Series(dates.name, [None], dtype=dates.dtype))


def is_format(text: str) -> bool:
    """Return whether `text` says how dates are written, in strptime's signs."""
    signs = set(re.findall(r"%(?:[-.]?\w|#z|.)", text))
    return signs <= set().union(*_PARTS) and all(signs & part for part in _PARTS[:3])
