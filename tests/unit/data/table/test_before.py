import polars as pl

from ranvier.data import ColumnSplit, TimeSplit, from_frame
from ranvier.data.table import cautions
from tests.support.people import HABITS, habits, people


def codes(frame, target, **options):
    parts = from_frame(frame, target, **options).split(seed=1)
    return [(one.code, one.column) for one in cautions(parts)]


def test_a_sound_table_needs_none():
    assert codes(people(), "bought", kinds={"spent": "ignored"}) == []


def test_columns_that_are_left_out_are_told():
    frame = people().drop("spent").with_row_index("id").with_columns(one=pl.lit("x"))
    assert codes(frame, "bought") == [("identifier", "id"), ("constant", "one")]


def test_a_column_that_gives_numbers_away_is_told():
    frame = people().drop("bought").with_columns(twice=pl.col("spent") * 2)
    assert ("giveaway", "twice") in codes(frame, "spent")


def test_rows_of_the_test_part_that_were_learnt_are_counted():
    frame = pl.concat([people(100).drop("spent")] * 2)
    parts = from_frame(frame, "bought").split(seed=1)
    texts = [one.text for one in cautions(parts) if one.code == "duplicates"]
    assert len(texts) == 2
    assert "of 20 rows of the test part are in the training part too" in texts[1]


def cautioned(data, split, **options):
    """Return the texts of warnings of parts, drawn by `split`."""
    parts = data.split(by=split, seed=1)
    return [one.text for one in cautions(parts, split=split, **options)]


def by_day():
    """Return the people in the order of their days, and on which side of them."""
    frame = people().drop("spent").sort("day").with_row_index("row")
    part = pl.when(pl.col("row") < 150).then(pl.lit("train")).otherwise(pl.lit("test"))
    return frame.with_columns(part=part).drop("row")


def test_a_date_out_of_order_is_told_where_rows_part_by_time():
    frame = by_day().drop("part")
    wrong = pl.concat([frame[:50], frame[190:191], frame[50:190], frame[191:]])
    (text,) = cautioned(from_frame(wrong, "bought"), TimeSplit("day"))
    assert text.startswith("day goes back in time at 1 of 199 steps, first at row 52")
    assert cautioned(from_frame(wrong, "bought"), None) == []


def test_parts_by_a_column_that_are_by_time_but_for_some_rows_are_told():
    kinds = {"part": "ignored"}
    frame = by_day()
    assert (
        cautioned(from_frame(frame, "bought", kinds=kinds), ColumnSplit("part")) == []
    )
    late = pl.when(pl.int_range(200) == 153).then(pl.lit("train")).otherwise("part")
    mixed = from_frame(frame.with_columns(part=late), "bought", kinds=kinds)
    (text,) = cautioned(mixed, ColumnSplit("part"))
    assert "3 of 49 rows of the test part have a day before" in text


def test_a_class_without_a_row_to_learn_from_is_told():
    kinds = {"part": "ignored"}
    side = pl.when(pl.col("part") == "test").then(pl.lit("maybe")).otherwise("bought")
    data = from_frame(by_day().with_columns(bought=side), "bought", kinds=kinds)
    found = cautioned(data, ColumnSplit("part"))
    text = "1 of 3 classes have fewer than 2 rows to learn from: maybe (0); give more"
    assert [one for one in found if one.startswith(text)]


def test_values_that_the_output_cannot_give_are_told_as_they_are_learnt():
    data = from_frame(people().drop("bought"), "spent")
    (text,) = cautioned(data, None, activation="sigmoid")
    assert "have a target that is, once it is standardized, outside 0 to 1" in text


def test_labels_fit_into_what_sigmoids_give():
    assert cautioned(from_frame(habits(), HABITS), None, activation="sigmoid") == []


def test_rare_classes_are_told():
    frame = (
        people()
        .drop("spent")
        .with_columns(
            bought=pl.when(pl.int_range(200) < 4)
            .then(pl.lit("maybe"))
            .otherwise("bought")
        )
    )
    assert ("imbalance", "bought") in codes(frame, "bought")
