import polars as pl
import pytest

from ranvier.cli.describe import describe
from ranvier.cli.loaded import read_kinds
from ranvier.errors import DataError, DescriptionError, FileError
from tests.support.commands import save_bars, save_sums
from tests.support.people import people
from tests.support.screens import lines


@pytest.fixture
def coins(tmp_path) -> str:
    rows = [f"{n / 8},{n % 3},{'head' if n % 2 else 'tail'}" for n in range(40)]
    path = tmp_path / "coins.csv"
    path.write_text("\n".join(["size,zip,side", *rows]) + "\n")
    return str(path)


def test_a_table_is_described(coins):
    answer = describe(coins, ["side"], ["zip=category"])
    assert answer.document["classes"] == {"head": 20, "tail": 20}
    kinds = {one["name"]: one["kind"] for one in answer.document["columns"]}
    assert kinds == {"size": "number", "zip": "category", "side": "category"}
    assert "40 rows, 3 columns; classification of side" in lines(answer.text, 200)[0]


def test_a_category_is_shown_as_it_is_written(tmp_path):
    path = tmp_path / "shops.csv"
    path.write_text("zip,side\n" + "00501,a\n10001,b\n10002,a\n" * 2 + "7,b\n" * 99)
    shown = describe(str(path), ["side"], ["zip=category"]).document["columns"][0]
    assert {one["value"] for one in shown["frequent"]} == {
        "7",
        "00501",
        "10001",
        "10002",
    }


def test_a_large_table_is_described_as_a_small_one(tmp_path, monkeypatch):
    path = str(tmp_path / "people.csv")
    people(3_000).with_columns(land=pl.lit("fr")).write_csv(path)
    asked = {"target": ["bought"], "column": ["day=ignored"], "weight": "spent"}
    small = describe(path, **asked)
    monkeypatch.setenv("RANVIER_MEMORY", "1kB")
    large = describe(path, **asked)
    assert large.document == small.document
    assert large.document["warnings"]


def test_a_table_without_a_target_is_described(coins):
    assert describe(coins).document["task"] is None


def test_pictures_are_described(tmp_path):
    answer = describe(str(save_bars(tmp_path / "bars.npz")))
    assert answer.document["classes"] == {"lying": 30, "standing": 30}
    assert answer.document["shape"] == [8, 8]
    assert lines(answer.text)[:3] == [
        "data  bars: 60 rows",
        "row   8 × 8 of uint8, 0 to 255",
        "task  classification",
    ]


def test_values_are_described(tmp_path):
    answer = describe(str(save_sums(tmp_path / "sums.npz")))
    assert answer.document["outputs"] == 1
    assert lines(answer.text)[-1] == "targets  1 in a row"


def test_the_test_part_of_data_is_counted():
    document = describe("digits").document
    assert (document["rows"], document["test_rows"]) == (70_000, 10_000)


def test_options_of_tables_are_for_tables(tmp_path):
    with pytest.raises(DataError, match=r"bars\.npz is no table, .*; leave target out"):
        describe(str(save_bars(tmp_path / "bars.npz")), ["label"])


def test_a_misspelt_target_is_refused(coins):
    with pytest.raises(DataError, match=r"no column 'sidee' .* did you mean .side"):
        describe(coins, ["sidee"])


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"none\.csv"):
        describe(str(tmp_path / "none.csv"))


def test_kinds_are_read_from_pairs():
    pairs = ["zip=category", "day=date:%d/%m/%Y"]
    assert read_kinds(pairs) == {"zip": "category", "day": "date:%d/%m/%Y"}


@pytest.mark.parametrize("pair", ["zip", "=category", "zip=", ""])
def test_what_is_no_pair_is_refused(pair):
    with pytest.raises(DescriptionError, match="expected a column and its kind, as in"):
        read_kinds([pair])
