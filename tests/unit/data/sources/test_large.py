import gzip

import numpy as np
import polars as pl
import pytest

from ranvier.data import load, read_frame
from ranvier.data.sources.large import large_table
from ranvier.errors import DataError
from tests.support.people import people

TEXTS = [
    "a,b\n1,x\n2,y\n",
    "a;b;c\n1,5;2;1.234\n3,25;?;2.000\n",
    'a,b,c\n"1,234", x ,true\n"12,345,678",NA,False\n-,"",\n',
    '"a","b"\n"1","None"\n"-","u"\n',
    " a ,b\n" + "1,2\n" * 12_000 + "x,2.5\n",
    "a\n1\n2.5\n",
    "a,b\n99999999999999999999,1\n2,\n\n\n",
    "day,ok\n2024-01-31,yes\n2024-02-01,no\n",
]
KINDS = {"town": "ignored", "day": "identifier"}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Leave room for nearly nothing, in a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("RANVIER_MEMORY", "10")
    return tmp_path / "cache" / "ranvier"


@pytest.fixture
def csv(tmp_path):
    people().write_csv(tmp_path / "people.csv")
    return tmp_path / "people.csv"


def assert_as_read(table, source):
    frame = read_frame(source)
    assert (table.columns, table.height, len(table)) == (
        frame.columns,
        frame.height,
        frame.height,
    )
    for name in frame.columns:
        assert table[name].equals(frame[name], check_dtypes=True), name
    names = frame.columns[::-1]
    assert table.select(names).equals(frame.select(names))


@pytest.mark.parametrize("content", TEXTS)
def test_the_columns_of_a_large_text_are_those_that_reading_gives(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_text(content)
    assert_as_read(large_table(path), path)


@pytest.mark.parametrize("ending", ["csv", "parquet", "arrow"])
def test_several_large_files_are_one_table(tmp_path, ending):
    for place, frame in enumerate(
        [
            pl.DataFrame({"a": [1, 2], " b": [" x", "?"]}),
            pl.DataFrame({" b": ["z", None], "a": [2.5, float("nan")]}),
        ]
    ):
        write = {"csv": "write_csv", "parquet": "write_parquet", "arrow": "write_ipc"}
        getattr(frame, write[ending])(tmp_path / f"t-{place}.{ending}")
    assert_as_read(large_table(tmp_path / f"t-*.{ending}"), tmp_path / f"t-*.{ending}")


def test_rows_can_be_left_out(csv):
    table = large_table(csv)
    kept = table["spent"] > 10
    assert table.filter(kept).height == kept.sum()
    assert table.filter(kept)["age"].equals(table["age"].filter(kept))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", gzip.compress(b"a\n1\n", mtime=0)),
        ("t.csv", "a\nä\n".encode("cp1252")),
        ("t.csv", b"a,b\n1,2\n3\n"),
        ("t.csv", b"a,b\n1,2,3\n"),
        ("t.csv", b'a,b\n1,2\n\n3,"4"\n'),
        ("t.csv", b"a,b\n"),
        ("t.parquet", b"no parquet"),
        ("t.jsonl", b'{"a": 1}'),
        ("t.csv", b""),
    ],
)
def test_what_has_a_fault_or_another_kind_is_left_to_reading(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert large_table(tmp_path / name) is None


@pytest.mark.parametrize("source", ["gone.csv", "gone-*.csv", "sqlite:///gone.db"])
def test_what_is_no_file_is_left_to_reading(source):
    assert large_table(source) is None


def test_files_that_differ_are_left_to_reading(tmp_path):
    (tmp_path / "t-1.csv").write_text("a,b\n1,2\n")
    (tmp_path / "t-2.csv").write_text("a,c\n1,2\n")
    assert large_table(tmp_path / "t-*.csv") is None


@pytest.mark.parametrize(
    ("ending", "write"), [("csv", "write_csv"), ("parquet", "write_parquet")]
)
def test_what_has_room_is_left_to_reading(tmp_path, monkeypatch, ending, write):
    path = tmp_path / f"people.{ending}"
    getattr(people(), write)(path)
    cells = 200 * 6 * 8
    size = path.stat().st_size if ending == "csv" else max(cells, path.stat().st_size)
    monkeypatch.setenv("RANVIER_MEMORY", str(size * 8))
    assert large_table(path) is None
    monkeypatch.setenv("RANVIER_MEMORY", str(size * 8 - 8))
    assert large_table(path) is not None


def test_a_large_table_is_the_data_set_that_a_small_one_is(csv, monkeypatch):
    large = load(csv, target="bought", kinds=KINDS)
    monkeypatch.delenv("RANVIER_MEMORY")
    small = load(csv, target="bought", kinds=KINDS)
    assert large.schema == small.schema
    assert large.fingerprint() == small.fingerprint()
    assert large.frame.equals(small.frame)
    for name in ("age", "town", "day"):
        np.testing.assert_array_equal(large.column(name), small.column(name))
    assert large.source == small.source


def test_rows_without_an_answer_are_left_out_of_a_large_table(tmp_path, monkeypatch):
    path = tmp_path / "people.csv"
    gaps = pl.when(pl.int_range(200) % 3 > 0).then("bought")
    people().with_columns(bought=gaps).write_csv(path)
    large = load(path, target="bought", drop_missing_targets=True)
    monkeypatch.delenv("RANVIER_MEMORY")
    assert len(large) == 133
    assert large.fingerprint() == load(path, like=large.schema).fingerprint()


def test_a_fault_in_a_large_table_is_told_with_its_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("size,side\n" + "1.5,a\n2.5,b\n" * 500 + "oops,a\n")
    with pytest.raises(DataError, match=r"t.csv: row 1,001, column 'size': 'oops' is"):
        load(path, target="side", kinds={"size": "number"})


def test_nothing_of_a_large_table_is_left_behind(csv, cache):
    data = load(csv, target="bought")
    assert list(cache.iterdir()) == []
    assert data.frame.height == 200
