import datetime as dt
import json

import numpy as np
import polars as pl
import pytest

from ranvier.data.table import ColumnFacts, describe
from ranvier.data.table.facts import BINS, histogram, moment
from ranvier.errors import DataError

N = 40
TABLE = pl.DataFrame(
    {
        "size": [None, *np.linspace(1, 9, N - 1)],
        "count": ["7", "?"] * (N // 2),
        "coin": (["head"] * 3 + ["tail"]) * (N // 4),
        "day": [dt.date(2024, 1, 1 + n % 20) for n in range(N)],
        "note": [f"a few words {n}" for n in range(N)],
        "same": ["x"] * N,
        "y": [0, 1, 2, 2] * (N // 4),
    }
)


def facts(name: str, **options: object) -> ColumnFacts:
    (found,) = (one for one in describe(TABLE, **options).columns if one.name == name)
    return found


def test_every_column_has_its_kind_type_and_use():
    described = describe(TABLE, "y").columns
    assert [one.name for one in described] == TABLE.columns
    kinds = ["number", "count", "category", "date", "text", "constant", "category"]
    assert [one.kind for one in described] == kinds
    assert facts("size").dtype == "Float64"
    assert facts("size").use == "a measure on a scale; learnt as a number"
    assert facts("y", target="y").use == "the target: one of 3 classes"
    assert facts("size", target="size").use == "the target: a value to be met"


def test_missing_and_different_cells_are_counted():
    assert (facts("size").missing, facts("size").distinct) == (1, N - 1)
    assert (facts("count").missing, facts("count").missing_share) == (20, 0.5)
    assert (facts("count").distinct, facts("coin").distinct) == (1, 2)


def test_numbers_have_range_mean_quantiles_and_bars():
    scale = facts("size").scale
    assert (scale.low, scale.high, scale.mean) == pytest.approx((1, 9, 5))
    values = TABLE["size"].drop_nulls().to_numpy()
    expected = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
    assert scale.quantiles == pytest.approx(tuple(expected))
    assert scale.histogram.counts == tuple(np.histogram(values, 10, (1, 9))[0])


def test_numbers_in_texts_are_measured():
    assert facts("count").scale.high == 7


def test_dates_are_measured_in_time():
    scale = facts("day").scale
    assert moment(scale.low) == "2024-01-01"
    assert facts("day").to_dict()["scale"]["high"] == "2024-01-20"


def test_names_have_the_most_frequent_first():
    assert facts("coin").frequent == (("head", 0.75), ("tail", 0.25))
    assert facts("same").frequent == (("x", 1.0),)


def test_classes_are_counted():
    description = describe(TABLE, "y")
    assert description.task == "classification"
    assert description.classes == (("0", 10), ("1", 10), ("2", 20))
    assert describe(TABLE, "size").classes == ()


def test_a_table_is_described_without_a_target_or_with_gaps_in_it():
    assert describe(TABLE).task is None
    assert describe(TABLE, "size").task == "regression"


def test_kinds_are_overruled():
    assert facts("count", kinds={"count": "category"}).kind == "category"
    nested = pl.DataFrame({"x": [[1], [2]], "y": [1.0, 2.0]})
    (first, _) = describe(nested, kinds={"x": "ignored"}).columns
    assert (first.kind, first.dtype) == ("ignored", "List(Int64)")


def test_a_description_is_json():
    document = json.loads(json.dumps(describe(TABLE, "y", name="coins").to_dict()))
    assert (document["name"], document["rows"]) == ("coins", N)
    assert document["classes"] == {"0": 10, "1": 10, "2": 20}
    assert document["columns"][2]["frequent"][0] == {"value": "head", "share": 0.75}
    assert {one["code"] for one in document["warnings"]} == {"constant", "date-order"}


@pytest.mark.parametrize(
    ("frame", "target", "message"),
    [
        (TABLE, "why", "there is no column 'why' to be the target"),
        (TABLE[:0], None, "there is no row but a head"),
        (pl.DataFrame({"x": [[1]]}), None, r"column 'x' holds List\(Int64\)"),
    ],
)
def test_what_cannot_be_described_is_refused(frame, target, message):
    with pytest.raises(DataError, match=message):
        describe(frame, target)


def test_bars_of_many_rows_are_of_a_sample():
    rows = 250_000
    frame = pl.DataFrame({"x": np.arange(rows) % 1000 / 8})
    description = describe(frame)
    assert description.sampled == 83_334
    (column,) = description.columns
    assert (column.scale.low, column.scale.high) == (0, 999 / 8)
    assert sum(column.scale.histogram.counts) == description.sampled


def test_infinite_and_equal_numbers_have_bars_too():
    column = describe(pl.DataFrame({"x": [1.0, float("inf"), 3.0]})).columns[0]
    assert (column.scale.low, column.scale.high) == (1, 3)
    assert histogram(np.array([2.0, 2.0]), 2.0, 2.0).counts == (2, *[0] * (BINS - 1))


@pytest.mark.parametrize("rows", [N, 110_000])
def test_many_rows_are_described_as_few_are(rows):
    table = pl.concat([TABLE] * (rows // N))
    many, few = describe(table, "y"), describe(TABLE, "y")
    assert [one.kind for one in many.columns][:4] == [
        one.kind for one in few.columns[:4]
    ]
    assert many.columns[2].distinct == few.columns[2].distinct == 2
    assert many.columns[1].missing == few.columns[1].missing * (rows // N)
    shares = [(name, count * N // rows) for name, count in many.classes]
    assert shares == list(few.classes)


def test_dates_that_are_numbers_are_measured_in_time():
    frame = pl.DataFrame({"day": [20240131, None, 20240202]})
    (found,) = describe(frame).columns
    assert found.kind == "date"
    assert found.to_dict()["scale"]["low"] == "2024-01-31"
    assert found.to_dict()["scale"]["high"] == "2024-02-02"


def test_one_stray_date_of_many_is_told_with_its_row():
    days = ["2024-01-31", "2024-02-01"] * 60_000
    days[70_000] = "soon"
    found = describe(pl.DataFrame({"day": days})).warnings
    (caution,) = (one for one in found if one.code == "stray")
    assert "1 of 120,000 cells that are no date, first 'soon' in row 70,001" in (
        caution.text
    )
