from datetime import date, datetime, time

import numpy as np
import polars as pl
import pytest

from ranvier.data.stored import StoredTable, pieces, store
from ranvier.errors import FileError

COLUMNS = {
    "floats": pl.Series([1.5, None, -0.0, 1e300] * 3),
    "whole": pl.Series([1, 2, 3, 2**62] * 3),
    "gaps": pl.Series([None, 2, None, 4] * 3, dtype=pl.Int32),
    "booleans": pl.Series([True, None, False, True] * 3),
    "moments": pl.Series([datetime(2024, 1, 31, 10, 5), None] * 6).cast(
        pl.Datetime("us")
    ),
    "days": pl.Series([date(1900, 1, 1), date(2100, 1, 1)] * 6),
    "names": pl.Series(["Rome", "Oslo", None] * 4),
    "texts": pl.Series([f"no. {n} é€" if n % 5 else None for n in range(12)]),
    "empty": pl.Series(["", "a", "b", "c"] * 3),
    "gone": pl.Series([None] * 12, dtype=pl.String),
    "times": pl.Series([time(10, 5), None, time(0)] * 4),
}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "ranvier"


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize(
    "rows",
    [
        slice(None),
        slice(3, 9),
        slice(4, 4),
        np.array([11, 0, 0, 5], np.uint32),
        np.array([], np.uint32),
    ],
    ids=["all", "some", "none", "numbers", "no numbers"],
)
def test_a_stored_column_has_the_same_cells(name, rows):
    column = COLUMNS[name].alias(name)
    kept = store(column)
    assert kept[rows].equals(column[rows], check_names=True, check_dtypes=True)
    assert (kept.name, kept.dtype, len(kept)) == (name, column.dtype, 12)


def test_a_stored_table_answers_as_a_frame():
    frame = pl.DataFrame([one.alias(name) for name, one in COLUMNS.items()])
    table = StoredTable(frame.iter_columns())
    rows = np.array([3, 1, 10], np.uint32)
    assert (table.columns, table.shape) == (frame.columns, frame.shape)
    assert table[rows].equals(frame[rows])
    assert table.get_column("days")[:].equals(frame["days"])
    assert [one.name for one in table.iter_columns()] == frame.columns


def test_texts_of_many_pieces_are_kept_whole():
    column = pl.Series("texts", [f"text {n}" for n in range(70_000)])
    kept = store(column)
    assert kept[:].equals(column)
    assert [len(piece) for piece in pieces(kept)] == [2**16, 70_000 - 2**16]


def test_the_files_have_no_names(cache):
    table = StoredTable([COLUMNS["floats"].alias("size")])
    assert list(cache.iterdir()) == []
    assert table[:].height == 12


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(FileError, match=r"file/ranvier has no room for the columns"):
        store(COLUMNS["whole"])
