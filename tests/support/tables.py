"""tables: any table, with columns of any type and missing cells, for property tests."""

import datetime as dt

import polars as pl
from hypothesis import strategies as st

WORDS = st.text("abcxyz019.-/ ?NAé€", max_size=6)
CELLS = {
    pl.Float64: st.floats(allow_infinity=False, width=32),
    pl.Int64: st.integers(-3, 3) | st.integers(-(2**40), 2**40),
    pl.Boolean: st.booleans(),
    pl.String: WORDS | st.sampled_from(["1", "2.0", "yes", "no", "2024-01-31", "NA"]),
    pl.Date: st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    pl.Datetime: st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),
    pl.Time: st.times(),
}
NAMES = st.lists(
    st.text("abcDE_ é1", min_size=1, max_size=5), min_size=1, max_size=6, unique=True
)


@st.composite
def tables(draw, most_rows: int = 50) -> pl.DataFrame:
    """Draw a frame of 1 to `most_rows` rows and of one to six columns of any type."""
    rows = draw(st.integers(1, most_rows))
    columns = {name: draw(_cells(rows)) for name in draw(NAMES)}
    return pl.DataFrame([cells.alias(name) for name, cells in columns.items()])


@st.composite
def _cells(draw, rows: int) -> pl.Series:
    dtype = draw(st.sampled_from(list(CELLS)))
    cell = CELLS[dtype] | st.none() if draw(st.booleans()) else CELLS[dtype]
    few = draw(st.booleans())
    if few:
        cell = st.sampled_from(draw(st.lists(cell, min_size=1, max_size=3)))
    return pl.Series(draw(st.lists(cell, min_size=rows, max_size=rows)), dtype=dtype)
