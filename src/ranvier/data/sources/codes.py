"""codes: the columns of a text whose digits are names, as in 00501."""

from collections.abc import Sequence

import polars as pl

from ranvier.data.sources.dialect import Dialect
from ranvier.data.sources.tidy import IN_NUMBERS

_ROWS = 10_000
_SHARE = 0.01  # of the cells begin with a 0 that a number would not have


def codes_in(opening: bytes, dialect: Dialect, missing: Sequence[str]) -> set[str]:
    """Return the names of columns of whole numbers of which some begin as 007 does.

    opening: the first lines of the text, in UTF-8; the last may be cut.
    """
    try:
        rows = pl.read_csv(
            opening,
            has_header=dialect.header,
            separator=dialect.separator,
            infer_schema=False,
            n_rows=_ROWS,
            new_columns=list(dialect.names),
            truncate_ragged_lines=True,
            encoding="utf8-lossy",
        )
    except pl.exceptions.PolarsError:
        return set()
    marks = [*missing, *IN_NUMBERS]
    cells = rows.select(pl.all().str.strip_chars()).lazy()
    given = pl.all().is_not_null() & ~pl.all().is_in(marks)
    seen = pl.concat(
        cells.select(one.sum())
        for one in (
            given,
            pl.all().str.contains(r"^[+-]?\d+$") & given,
            pl.all().str.contains(r"^0\d+$") & given,
        )
    ).collect()
    return {
        name
        for name, (whole, digits, codes) in zip(
            seen.columns, seen.iter_columns(), strict=True
        )
        if whole == digits and codes > _SHARE * digits
    }
