import datetime as dt

import polars as pl
import pytest

from ranvier.data.table.order import date_order, time_overlap

DAYS = pl.datetime_range(
    dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 30), eager=True
).alias("day")


def parts(last: int, first: int) -> dict[str, pl.DataFrame]:
    frame = DAYS.to_frame()
    return {"training": frame[:last], "test": frame[first:]}


def test_parts_that_overlap_in_time_are_warned_of():
    (found,) = time_overlap(parts(17, 15), "day")
    assert (found.code, found.column) == ("date-order", "day")
    assert "1 of 15 rows of the test part have a day before 2024-01-17" in found.text
    assert "--split time=day" in found.text


@pytest.mark.parametrize(("last", "first"), [(15, 15), (16, 15), (30, 0)])
def test_parts_in_order_or_in_no_order_of_time_are_fine(last, first):
    assert time_overlap(parts(last, first), "day") == ()


def test_parts_without_a_date_are_fine():
    nothing = pl.DataFrame({"day": pl.Series([None], dtype=pl.Datetime("us"))})
    assert time_overlap({"training": nothing, "test": DAYS.to_frame()}, "day") == ()


def test_a_date_that_goes_back_is_found_by_its_row():
    wrong = pl.concat([DAYS[:9], DAYS[:1], DAYS[10:]])
    (found,) = date_order(wrong)
    assert found.text.startswith(
        "day goes back in time at 1 of 29 steps, first at row 10"
    )
    assert list(date_order(DAYS)) == []
    assert list(date_order(DAYS.reverse())) == []
