import datetime
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ranvier.data import read_frame
from ranvier.errors import DataError

COLUMNS = {"a": [1, 2], "b": [" x", "?"], "c": [1.5, None], "d": [True, False]}
READ = [(1, "x", 1.5, True), (2, None, None, False)]


@pytest.mark.parametrize(
    "table",
    [
        COLUMNS,
        [
            dict(zip(COLUMNS, row, strict=True))
            for row in zip(*COLUMNS.values(), strict=True)
        ],
        pl.DataFrame(COLUMNS),
        pl.LazyFrame(COLUMNS),
        pd.DataFrame(COLUMNS),
        pa.table(COLUMNS),
        {name: np.array(cells) for name, cells in COLUMNS.items()},
        {name: pd.Series(cells) for name, cells in COLUMNS.items()},
    ],
    ids=["columns", "rows", "polars", "lazy", "pandas", "pyarrow", "arrays", "series"],
)
def test_every_table_in_memory_is_read_and_tidied(table):
    frame = read_frame(table)
    assert frame.columns == list(COLUMNS)
    assert frame.rows() == READ


def test_columns_of_pandas_of_every_type_are_read_without_pyarrow(monkeypatch):
    day = datetime.datetime(2020, 1, 1)
    table = pd.DataFrame(
        {
            "date": pd.to_datetime([day, None]),
            "named": pd.Categorical(["u", None]),
            "whole": pd.array([1, None], dtype="Int64"),
            "real": pd.array([1.5, None], dtype="Float64"),
            "mixed": pd.Series(["h", 1], dtype=object),
            "truth": pd.array([True, None], dtype="boolean"),
            3: np.array([1, 2], np.uint8),
        }
    )
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    frame = read_frame(table)
    assert frame.columns[-1] == "3"
    assert frame.rows() == [
        (day, "u", 1, 1.5, "h", True, 1),
        (None, None, None, None, "1", None, 2),
    ]


def test_rows_may_lack_cells():
    rows = [{"a": 1}, {"b": "x"}, {"a": 2.5}]
    assert read_frame(rows).rows() == [(1.0, None), (None, "x"), (2.5, None)]


def test_one_row_may_be_given_as_plain_values():
    assert read_frame({"a": 1, "b": "xy"}).rows() == [(1, "xy")]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "the table has 0 columns and 0 rows"),
        (
            {"a": [1], "b": [1, 2]},
            "'a' has 1 cells, the column 'b' has 2; give columns",
        ),
        ({"a": np.zeros((2, 2))}, r"'a' has the shape \(2, 2\); give one value a row"),
        ({"a": [object()]}, "'a' holds <object.*, of the type object; give numbers"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "several columns called 'x'"),
        (pa.table([[1], [2]], names=["x", "x"]), "several columns called 'x'"),
        ({"a": [1, 2**200]}, "'a' holds 1606.* in row 1, which fits no type that can"),
        ({"a": np.array([1j])}, "'a' cannot be read .*; give numbers, texts, booleans"),
    ],
)
def test_what_is_no_table_is_refused_with_the_column(table, message):
    with pytest.raises(DataError, match=message):
        read_frame(table)
