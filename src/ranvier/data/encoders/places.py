"""places: latitudes and longitudes → the encoder that tells near places apart."""

import re
from collections import defaultdict
from collections.abc import Iterable

from ranvier.data.column import Column
from ranvier.data.encoders.periodic import Periodic

WAVES = Periodic(frequencies=64, deviation=6.0)
_LEAST_ROWS = 2_000
_COORDINATE = re.compile(
    r"(?<![a-z])(?:(lat(?:itude)?)|lon(?:g(?:itude)?)?|lng)(?![a-z])", re.IGNORECASE
)


def waves_of(columns: Iterable[Column], rows: int) -> dict[str, Periodic]:
    """Return waves for the pairs of latitude and longitude among the columns of rows.

    What lies in a place changes over short ways, which bins of one coordinate each
    cannot tell apart: Fourier features of many frequencies can (Tancik et al. 2020,
    section 4; Gorishniy, Rubachev and Babenko 2022, section 5). They have to be learnt
    from 2,000 rows or more.

    >>> columns = [Column("home lat", "number"), Column("home lon", "number")]
    >>> sorted(waves_of([*columns, Column("age", "number")], 5_000))
    ['home lat', 'home lon']
    """
    found: dict[str, dict[bool, str]] = defaultdict(dict)
    for column in columns if rows >= _LEAST_ROWS else ():
        named = _COORDINATE.search(column.name)
        if column.kind == "number" and named:
            place = column.name[: named.start()] + column.name[named.end() :]
            found[place][named[1] is None] = column.name
    pairs = (pair.values() for pair in found.values() if len(pair) == 2)
    return {name: WAVES for pair in pairs for name in pair}
