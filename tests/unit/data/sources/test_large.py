import gzip
import sqlite3
from contextlib import closing

import numpy as np
import polars as pl
import pytest

from ranvier.data import load, read_frame
from ranvier.data.sources.large import large_table, read_parts
from ranvier.errors import DataError, FileError
from tests.support.people import people

TEXTS = [
    "a,b\n1,x\n2,y\n",
    "a;b;c\n1,5;2;1.234\n3,25;?;2.000\n",
    'a,b,c\n"1,234", x ,true\n"12,345,678",NA,False\n-,"",\n',
    '"a","b"\n"1","None"\n"-","u"\n',
    " a ,b\n" + "1,2\n" * 12_000 + "x,2.5\n",
    "a\n1\n2.5\n",
    'a,b,c\n"$1,234.5",5%,5%\n$7,-,$5\n',
    "a,b\n99999999999999999999,1\n2,\n\n\n",
    "day,ok\n2024-01-31,yes\n2024-02-01,no\n",
    " zip,n\n00501,1\n10001,2\n",
    'zip\n"00501"\n"10001"\n',
]
READINGS = [
    "a;b\n1,5;x\n1.234,5;y\n2;z\n",
    "a;b\n1,5;x\n1,234.5;y\n",
    "a;b\n1.234,5 €;x\n2 €;y\n",
    "a,b\n" + "$5,x\n" * 300 + "5%,y\n",
    "a,b\n" + "-,1\n" * 300 + "5,2\n",
    "a,b\n" + ",1\n" * 300 + "5,2\n",
    "a\n" + "1\n" * 12_000 + "-\n.5\n",
    "a,b\n" + "1,x\n" * 12_000 + '"1,234",y\n',
    "a,b\n" + "true,x\n" * 300 + "FALSE,y\n-,z\n",
    "a,b\n" + "1,x\n" * 12_000 + "true,y\n",
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


def test_texts_of_one_large_file_are_as_written_in_all(tmp_path):
    for number, cells in enumerate((["1.10", "$2"], ["2.x", "$3"])):
        (tmp_path / f"t-{number}.csv").write_text("a\n" + "\n".join(cells))
    table, source = large_table(tmp_path / "t-*.csv"), tmp_path / "t-*.csv"
    assert table["a"].to_list() == ["1.10", "$2", "2.x", "$3"]
    assert_as_read(table, source)


def limit(monkeypatch, path):
    """Let a file be too large, and leave room for some of its rows."""
    monkeypatch.setenv("RANVIER_MEMORY", str(path.stat().st_size * 7))


@pytest.mark.parametrize("content", TEXTS + READINGS)
def test_the_parts_of_a_large_text_are_the_rows_that_reading_gives(
    tmp_path, monkeypatch, content
):
    path = tmp_path / "t.csv"
    path.write_text(content)
    limit(monkeypatch, path)
    assert large_table(path) is not None
    parts = list(read_parts(path))
    whole = read_frame(path)
    assert pl.concat([part.frame for part in parts]).equals(whole)
    assert {tuple(part.frame.schema.items()) for part in parts} == {
        tuple(whole.schema.items())
    }


WRITERS = {
    "csv": pl.DataFrame.write_csv,
    "tsv": lambda frame, path: frame.write_csv(path, separator="\t"),
    "csv.gz": lambda frame, path: path.write_bytes(
        gzip.compress(frame.write_csv().encode(), mtime=0)
    ),
    "parquet": pl.DataFrame.write_parquet,
    "arrow": pl.DataFrame.write_ipc,
    "jsonl": pl.DataFrame.write_ndjson,
}


@pytest.mark.parametrize("ending", WRITERS)
def test_a_large_file_of_each_kind_comes_in_parts(tmp_path, monkeypatch, ending):
    path = tmp_path / f"people.{ending}"
    WRITERS[ending](people(2000), path)
    limit(monkeypatch, path)
    firsts, frames = zip(
        *((part.first, part.frame) for part in read_parts(path)), strict=True
    )
    assert len(frames) > 2
    assert list(firsts) == [1 + sum(map(len, frames[:at])) for at in range(len(frames))]
    assert pl.concat(frames).equals(read_frame(path))


def test_a_large_file_is_read_as_its_path_says(tmp_path, monkeypatch):
    path = tmp_path / "people.csv"
    people(2000).write_csv(path, separator=":", include_header=False, null_value="-")
    limit(monkeypatch, path)
    source = f"{path}?separator=:&header=no&missing=-"
    frames = [part.frame for part in read_parts(source)]
    assert len(frames) > 2
    assert pl.concat(frames).equals(read_frame(source))
    assert pl.concat(frames).height == 2000


@pytest.mark.parametrize("memory", ["100", "2GB"])
def test_the_parts_of_a_pattern_say_their_file_and_have_one_type(
    tmp_path, monkeypatch, memory
):
    monkeypatch.setenv("RANVIER_MEMORY", memory)
    for name, cells in (("a", ["1", "2"]), ("b", ["", "x"]), ("c", ["", ""])):
        lines = [f"{cell},{name}" for cell in cells]
        (tmp_path / f"t-{name}.csv").write_text("\n".join(["size,side", *lines, ""]))
    parts = list(read_parts(tmp_path / "t-*.csv"))
    rows = [
        (part.file[-5], part.first + at, *row)
        for part in parts
        for at, row in enumerate(part.frame.rows())
    ]
    assert rows == [
        ("a", 1, "1", "a"),
        ("a", 2, "2", "a"),
        ("b", 1, None, "b"),
        ("b", 2, "x", "b"),
        ("c", 1, None, "c"),
        ("c", 2, None, "c"),
    ]


def test_the_answer_of_a_database_comes_in_parts_of_one_type(tmp_path, monkeypatch):
    monkeypatch.setenv("RANVIER_MEMORY", "50kB")
    rows = [
        (number, None if number < 90 else f" town {number}") for number in range(300)
    ]
    rows[-1] = ("last", "?")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("create table sales (a, b)")
        shop.executemany("insert into sales values (?, ?)", rows)
        shop.commit()
    uri = f"sqlite:///{tmp_path}/shop.db?query=select * from sales"
    parts = list(read_parts(uri))
    assert len(parts) > 3
    assert pl.concat([part.frame for part in parts]).equals(read_frame(uri))
    assert [part.first for part in parts[:2]] == [1, 1 + len(parts[0].frame)]


def test_a_source_is_called_without_its_password_and_query(tmp_path):
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("create table sales as select 1 as a")
    (part,) = read_parts(f"sqlite:///{tmp_path}/shop.db?query=select * from sales")
    assert part.file == f"sqlite:///{tmp_path}/shop.db"


def test_a_table_that_has_no_room_in_the_cache_is_refused(csv, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("create table sales as select 1 as a union select 2")
    message = "file/ranvier has no room for the columns of"
    with pytest.raises(FileError, match=message):
        large_table(csv)
    with pytest.raises(FileError, match=message):
        list(read_parts(f"sqlite:///{tmp_path}/shop.db?query=select * from sales"))


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
        ("t.jsonl", b'{"a": 1'),
        ("t.csv.gz", gzip.compress(b"a\n1\n", mtime=0)[:-9]),
        ("t.csv.gz", b"a\n1\n"),
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
