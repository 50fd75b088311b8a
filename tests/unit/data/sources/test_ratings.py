import datetime

import numpy as np
import polars as pl
import pytest

from ranvier.data import Schema
from ranvier.data.encoders import TableEncoder
from ranvier.data.sources.ratings import load_ratings
from ranvier.errors import DataError, FileError
from ranvier.model import Model
from ranvier.recipe import Recipe
from ranvier.training import train

FRAME = pl.DataFrame(
    {
        "points": [5, 3, 1, 4],
        "who": [7, 7, 9, 9],
        "what": ["tea", "ink", "tea", "ink"],
        "when": [100, 300, 200, 400],
    }
)
NAMES = {"user": "who", "item": "what", "rating": "points"}


def test_users_and_items_are_names_and_points_are_numbers():
    ratings = load_ratings(FRAME, **NAMES)
    assert ratings.frame["who"].to_list() == ["7", "7", "9", "9"]
    assert [column.kind for column in ratings.schema.columns] == ["category"] * 2
    np.testing.assert_array_equal(ratings.targets, [[5], [3], [1], [4]])
    assert ratings.schema.task == "regression"


def test_where_decimals_begin_is_kept(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("who;what;points\n1;tea;1,5\n2;ink;2,5\n")
    ratings = load_ratings(path, **NAMES)
    assert ratings.targets.tolist() == [[1.5], [2.5]]
    assert ratings.schema.decimal_comma is True


def test_ids_have_a_place_for_those_never_seen():
    ratings = load_ratings(FRAME, **NAMES)
    encoder = TableEncoder.fit(
        ratings.frame,
        ratings.schema.columns,
        encode={"who": "embedding", "what": "embedding"},
    )
    new = pl.DataFrame({"who": ["never seen"], "what": ["tea"]})
    ids = encoder.apply(new)
    assert ids.shape == (1, 2)
    assert 0 <= ids[0, 0] < encoder.ids[0]


@pytest.mark.parametrize(
    ("when", "kind"),
    [([1, 2, 3, 4], "number"), ([datetime.date(2024, 1, 31)] * 4, "date")],
)
def test_time_is_learnt_from_where_asked_for(when, kind):
    frame = FRAME.with_columns(pl.Series("when", when))
    ratings = load_ratings(frame, **NAMES, time="when")
    assert ratings.schema.columns[2].kind == kind
    assert ratings.frame.columns == ["who", "what", "when"]


def test_other_columns_are_categories():
    ratings = load_ratings(FRAME, **NAMES, others=["when"])
    assert ratings.frame["when"].to_list() == ["100", "300", "200", "400"]
    assert [column.kind for column in ratings.schema.columns] == ["category"] * 4


def test_other_columns_are_crossed_with_the_items():
    ratings = load_ratings(FRAME, **NAMES, others=["when"])
    assert ratings.frame["what × when"].to_list()[:2] == ["tea × 100", "ink × 300"]
    run = train(None, ratings, Recipe(epochs=1, test=0.0), folder=None)
    model = Model.from_run(run)
    row = {"who": 7, "what": "tea", "when": 100}
    assert model.predict(row) == model.predict(row | {"more": "x"})
    assert model.predict([[7, "tea", 100]]) == model.predict(row)
    kept = Schema.from_dict(ratings.schema.to_dict())
    assert kept == ratings.schema


def test_a_file_is_read(tmp_path):
    path = tmp_path / "points.csv"
    FRAME.write_csv(path)
    ratings = load_ratings(path, **NAMES)
    assert ratings.frame.equals(load_ratings(FRAME, **NAMES).frame)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"none.csv"):
        load_ratings(tmp_path / "none.csv", **NAMES)


@pytest.mark.parametrize("wrong", ["user", "item", "rating", "time"])
def test_a_missing_column_is_named_with_the_nearest(wrong):
    names = {**NAMES, wrong: "poinst"}
    with pytest.raises(DataError, match=r"'poinst' is missing; .*did you mean"):
        load_ratings(FRAME, **names)


def test_a_column_named_twice_is_refused():
    with pytest.raises(DataError, match=r"'who', 'who', 'points' are to be user, item"):
        load_ratings(FRAME, user="who", item="who", rating="points")


@pytest.mark.parametrize("name", ["who", "what"])
def test_a_rating_without_user_or_item_is_refused_by_its_row(name):
    cells = [*FRAME[name].to_list()[:2], None, FRAME[name][3]]
    frame = FRAME.with_columns(pl.Series(name, cells))
    with pytest.raises(DataError, match=f"cell of '{name}' in row 3 is empty; say who"):
        load_ratings(frame, **NAMES)


def test_ratings_that_are_all_alike_are_refused():
    frame = FRAME.with_columns(points=pl.lit(3))
    with pytest.raises(DataError, match=r"all 4 ratings in 'points' are 3; give some"):
        load_ratings(frame, **NAMES)
