import polars as pl
import pytest

from ranvier.data.tally import Tally


def test_texts_that_repeat_are_counted_once_each():
    tally = Tally.of(pl.Series("day", ["b", "a", None] * 20 + ["c"]))
    assert tally.texts.to_list() == [None, "a", "b", "c"]
    assert tally.rows.to_list() == [20, 20, 20, 1]
    assert tally.texts.name == "day"


def test_texts_that_hardly_repeat_are_left_as_they_are():
    texts = pl.Series([f"no. {n}" for n in range(50)])
    tally = Tally.of(texts)
    assert tally.rows is None
    assert tally.texts.equals(texts)


@pytest.mark.parametrize("count", [2, 100])
def test_rows_are_counted_in_either_form(count):
    texts = pl.Series([f"{n % count}" for n in range(100)] + [None])
    tally = Tally.of(texts)
    assert (tally.rows is None) == (count == 100)
    assert tally.count(tally.texts == "1") == 100 // count
    assert tally.count(tally.texts.is_null()) == 1


def test_categories_are_counted_as_texts():
    cells = pl.Series(["a", "b"] * 10, dtype=pl.Enum(["b", "a"]))
    assert Tally.of(cells).texts.to_list() == ["a", "b"]
