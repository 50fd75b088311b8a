"""typed_frames: tables of any kinds of columns, with missing cells, as Hypothesis
makes them up."""

import datetime

import numpy as np
import polars as pl
from hypothesis import strategies as st

from ranvier.data.column import Column
from ranvier.data.encoders import ENCODERS

DTYPES = {
    "number": pl.Float64,
    "count": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Datetime("us"),
    "category": pl.String,
    "text": pl.String,
}
NUMBERS = st.one_of(
    st.integers(-3, 3).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1e300, -1.7e308, 1.7e308, 5e-324, -5e-324, 1e-310, 0.1]),
)
CELLS = {
    "number": NUMBERS,
    "count": st.integers(0, 2**53).map(float),
    "boolean": st.booleans(),
    "date": st.datetimes(
        min_value=datetime.datetime(1, 1, 1), max_value=datetime.datetime(9999, 12, 31)
    ),
    "category": st.one_of(st.sampled_from("abcdefghijklmn"), st.text(max_size=3)),
    "text": st.one_of(st.text(max_size=12), st.sampled_from(["a b", "A  b c", ""])),
}
BY_KIND = {
    kind: [name for name in ENCODERS if kind in ENCODERS[name].kinds] for kind in DTYPES
}


@st.composite
def cells(draw, kind, rows):
    """Draw one column: values of its kind, none to all of them missing.

    Hypothesis chooses the values, a seed where they stand: many draws are slow.
    """
    some = draw(st.lists(CELLS[kind], min_size=1, max_size=8))
    gaps = draw(st.sampled_from([0, 0.3, 1]))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    values = [
        None if rng.random() < gaps else some[rng.integers(len(some))]
        for _ in range(rows)
    ]
    return pl.Series(values, dtype=DTYPES[kind])


@st.composite
def frames(draw, columns, most=60):
    """Draw a typed frame with these columns and 1 to `most` rows."""
    rows = draw(st.integers(1, most))
    return pl.DataFrame(
        {column.name: draw(cells(column.kind, rows)) for column in columns}
    )


@st.composite
def tables(draw):
    """Draw columns, a training frame, another frame, and an encoder for each column."""
    kinds = draw(st.lists(st.sampled_from(list(DTYPES)), min_size=1, max_size=5))
    columns = tuple(Column(f"{kind} {n}", kind) for n, kind in enumerate(kinds))
    encode = {
        column.name: draw(st.sampled_from(BY_KIND[column.kind])) for column in columns
    }
    return columns, draw(frames(columns)), draw(frames(columns, most=20)), encode
