"""What to mind is said before the first epoch, and the training goes on."""

import polars as pl
import pytest

from tests.support.commands import ranvier, save_sums
from tests.support.people import people

ONE = ("--target", "bought", "--epochs", 1)


@pytest.fixture
def train(tmp_path):
    """Return what trains on a table, and returns what was said to mind."""

    def train(frame, *words):
        frame.write_csv(tmp_path / "table.csv")
        return said(ranvier("train", "table.csv", *words, cwd=tmp_path))

    return train


def said(outcome):
    assert outcome.status == 0, outcome.err
    lines = outcome.err.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("data "))
    assert all(line.startswith("mind: ") for line in lines[:first])
    return [line.removeprefix("mind: ") for line in lines[:first]]


def by_day():
    return people().drop("spent").sort("day")


def test_a_table_without_faults_is_learnt_without_a_word(train):
    assert train(by_day(), *ONE, "--split", "time=day") == []


def test_a_date_out_of_order_is_said_where_rows_part_by_time(train):
    frame = by_day()
    wrong = pl.concat([frame[:50], frame[190:191], frame[50:190], frame[191:]])
    (line,) = train(wrong, *ONE, "--split", "time=day")
    assert line.startswith("day goes back in time at 1 of 199 steps, first at row 52")


def test_parts_that_overlap_in_time_are_said(train):
    row = pl.int_range(200)
    part = pl.when((row < 150) | (row == 153)).then(pl.lit("train"))
    frame = by_day().with_columns(part=part.otherwise(pl.lit("test")))
    words = ("--column", "part=ignored", "--split", "column=part")
    (line,) = train(frame, *ONE, *words)
    assert "rows of the test part have a day before" in line


def test_a_column_that_gives_the_answer_away_is_said(train):
    frame = by_day().with_columns(
        code=pl.col("bought").replace({"no": "n", "yes": "j"})
    )
    lines = train(frame, *ONE)
    assert [line for line in lines if line.startswith("code alone tells bought: ")]


def test_rows_in_several_parts_are_said(train):
    lines = train(pl.concat([by_day()[:100]] * 2), *ONE)
    assert len(lines) == 2
    assert all(
        "are in the training part too, and scores flatter" in one for one in lines
    )


def test_a_class_with_hardly_a_row_to_learn_from_is_said(train):
    frame = by_day().with_row_index("row")
    side = pl.when(pl.col("row") > 190).then(pl.lit("maybe")).otherwise("bought")
    frame = frame.with_columns(bought=side).drop("row")
    lines = train(frame, *ONE, "--split", "time=day")
    text = "1 of 3 classes have fewer than 2 rows to learn from: maybe (0)"
    assert [line for line in lines if line.startswith(text)]


def test_values_that_the_output_cannot_give_are_said(train, tmp_path):
    layers = '[network]\nlayers = [{type="dense", units=1, activation="tanh"}]\n'
    (tmp_path / "tanh.toml").write_text(layers)
    frame = by_day().with_columns(spent=people()["spent"]).drop("bought")
    words = ("--target", "spent", "--epochs", 1, "--network", "tanh.toml")
    (line,) = train(frame, *words)
    assert "a target that is, once it is standardized, outside -1 to 1" in line


def test_values_of_arrays_that_the_output_cannot_give_are_said(tmp_path):
    save_sums(tmp_path / "sums.npz")
    layers = '[network]\nlayers = [{type="dense", units=1, activation="relu"}]\n'
    (tmp_path / "relu.toml").write_text(layers)
    words = ("train", "sums.npz", "--epochs", 1, "--network", "relu.toml")
    (line,) = said(ranvier(*words, cwd=tmp_path))
    assert "outside 0 to inf, all that relu can give; end the network in" in line
