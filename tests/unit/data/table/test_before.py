import polars as pl

from ranvier.data import from_frame
from ranvier.data.table import cautions
from tests.support.people import people


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
