import datetime as dt

import polars as pl
import pytest

from ranvier.data.table import Column, typed
from ranvier.errors import DataError

INFINITE = float("inf")


def cells(values: object, kind: str, format: str | None = None) -> list:  # noqa: A002
    """Return the values of one column as they are typed."""
    frame = pl.DataFrame({"x": values})
    return typed(frame, [Column("x", kind, format)])["x"].to_list()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, None], [1.0, None]),
        ([1.5, float("nan")], [1.5, None]),
        ([" 2 ", "1e3", "NA", "none", "-", ""], [2.0, 1000.0, *[None] * 4]),
        (["$1,250.5", "5 %", "-3€", "1,250", "7"], [1250.5, 5.0, -3.0, 1250.0, 7.0]),
        ([True, False], [1.0, 0.0]),
        ([dt.timedelta(seconds=90)], [90.0]),
        ([dt.time(0, 1, 30)], [90.0]),
        (pl.Series(["1.50"]).cast(pl.Decimal(10, 2)), [1.5]),
        (pl.Series(["7", "8"], dtype=pl.Categorical), [7.0, 8.0]),
        (pl.Series([7], dtype=pl.UInt8), [7.0]),
        ([None], [None]),
    ],
)
@pytest.mark.parametrize("kind", ["number", "count"])
def test_numbers_come_from_all_types(values, expected, kind):
    assert cells(values, kind) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["007", "7.0", "1.10", "x", "12345678901234567890", None], None),
        ([7, 1, None], ["7", "1", None]),
        ([7.0, 1.1], ["7", "1.1"]),
    ],
)
def test_a_category_of_numbers_knows_them_by_their_values(values, expected):
    expected = expected or ["7", "7", "1.1", "x", "12345678901234567890", None]
    frame = pl.DataFrame({"x": values})
    column = Column("x", "category", numeric=True)
    assert typed(frame, [column])["x"].to_list() == expected


@pytest.mark.parametrize(
    "values",
    [[1, 0, None], [1.0, 0.0, None], ["Yes", "no", "?"], ["t", "F", ""], [True, False]],
)
def test_booleans_come_from_all_types(values):
    assert cells(values, "boolean")[:2] == [True, False]
    assert cells(values, "boolean")[2:] in ([], [None])


NEW_YEAR = dt.datetime(2024, 1, 1)


@pytest.mark.parametrize(
    "values",
    [
        [dt.date(2024, 1, 1)],
        [NEW_YEAR],
        pl.Series([NEW_YEAR]).cast(pl.Datetime("ms")),
        pl.Series([NEW_YEAR]).cast(pl.Datetime("ns")),
        [dt.datetime(2024, 1, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))],
        ["2024-01-01"],
        ["2024-01-01T02:00:00+02:00"],
        ["2024-01-01T00:00Z"],
        ["2024-01-01 00:00"],
    ],
)
def test_dates_come_from_any_resolution_and_zone(values):
    assert cells(values, "date") == [NEW_YEAR]


def test_dates_are_read_as_their_format_says():
    assert cells(["02/01/2024"], "date", "%m/%d/%Y") == [dt.datetime(2024, 2, 1)]
    assert cells(["02/01/2024"], "date", "%d/%m/%Y") == [dt.datetime(2024, 1, 2)]
    assert cells([20240131], "date", "%Y%m%d") == [dt.datetime(2024, 1, 31)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, None], ["1", "2", None]),
        ([1.0, 2.0, None], ["1", "2", None]),
        (["1", " 2.0", "?"], ["1", "2", None]),
        (pl.Series([1.0, 2.0], dtype=pl.Float32), ["1", "2"]),
        (pl.Series(["1.00"]).cast(pl.Decimal(10, 2)), ["1"]),
        ([0.1, 2.5], ["0.1", "2.5"]),
        ([True, False], ["true", "false"]),
        (["True", "FALSE"], ["true", "false"]),
        (["None", "a b "], ["None", "a b"]),
        (pl.Series(["b"], dtype=pl.Enum(["a", "b"])), ["b"]),
        ([dt.date(2024, 1, 31)], ["2024-01-31"]),
        ([dt.timedelta(microseconds=5)], ["5"]),
    ],
)
@pytest.mark.parametrize("kind", ["category", "text"])
def test_a_category_has_the_same_text_from_all_types(values, expected, kind):
    assert cells(values, kind) == expected


def test_columns_stand_in_their_order_and_others_are_ignored():
    frame = pl.DataFrame({"more": [1], "b": [1], "a": ["x"], "id": ["q"]})
    columns = [Column("a", "text"), Column("id", "identifier"), Column("b", "count")]
    assert typed(frame, columns).columns == ["a", "b"]


def test_what_is_left_out_may_be_missing():
    columns = [Column("a", "count"), Column("id", "identifier")]
    assert typed(pl.DataFrame({"a": [1]}), columns).rows() == [(1.0,)]


def test_a_missing_column_is_named_with_the_nearest():
    frame = pl.DataFrame({"agee": [1], "b": [1]})
    message = "rows.csv: column 'age' is missing; did you mean \"agee\""
    with pytest.raises(DataError, match=message):
        typed(frame, [Column("age", "count")], where="rows.csv")


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        (["1", "x"], "number", "row 2, column 'x': 'x' is not a number; .*x=category"),
        (["1", "1,5"], "count", "row 2, column 'x': '1,5' is not a number"),
        ([dt.date(2024, 1, 1)], "count", r"row 1, .*2024, 1, 1\) is not a number"),
        (
            [1.0, INFINITE],
            "number",
            "row 2, column 'x': inf is infinite; give a finite",
        ),
        (["1", "-inf"], "number", "row 2, column 'x': '-inf' is infinite"),
        (["yes", "maybe"], "boolean", "row 2, .* 'maybe' is not true or false, yes or"),
        ([0, 2], "boolean", "row 2, column 'x': 2 is not true or false"),
        ([dt.date(2024, 1, 1)], "boolean", "row 1, .* is not true or false"),
        (
            ["2024-01-01", "soon"],
            "date",
            "row 2, .* 'soon' is not a date as in 2024-01",
        ),
        (["24-01-01"], "date", "row 1, .* '24-01-01' is not a date .*date:%d/%m/%Y"),
        ([True], "date", "row 1, column 'x': True is not a date"),
        ([20240131], "date", "row 1, column 'x': 20240131 is not a date"),
        ([[1]], "category", r"column 'x' holds List\(Int64\); a cell of a table is"),
    ],
)
def test_a_cell_that_cannot_be_read_is_shown(values, kind, message):
    with pytest.raises(DataError, match=f"data: {message}|{message}"):
        cells(values, kind)


def test_a_date_of_another_format_is_refused():
    with pytest.raises(DataError, match="'31/01/24' is not a date as %d/%m/%Y"):
        cells(["31/01/24"], "date", "%d/%m/%Y")


def test_text_in_row_50_000_of_a_number_column_is_found():
    values = ["1.5"] * 49_999 + ["oops"] + ["2.5"] * 10
    with pytest.raises(DataError, match="data: row 50,000, column 'x': 'oops' is not"):
        cells(values, "number")


CROSS = Column("town × side", "category", of=("town", "side"))


def test_a_cross_is_made_of_its_columns():
    frame = pl.DataFrame({"side": [1, 2, None], "town": ["Rome", "Oslo", "Rome"]})
    assert typed(frame, [CROSS]).rows() == [("Rome × 1",), ("Oslo × 2",), (None,)]
    again = typed(
        frame, [Column("town", "category"), Column("side", "category"), CROSS]
    )
    assert typed(again, [CROSS]).equals(again.select("town × side"))


def test_a_column_that_a_cross_lacks_is_named():
    with pytest.raises(
        DataError, match=r"column 'side' is missing; did you mean .size"
    ):
        typed(pl.DataFrame({"town": ["Rome"], "size": [1]}), [CROSS])
