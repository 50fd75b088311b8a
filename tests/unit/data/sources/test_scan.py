import gzip

import polars as pl
import pytest

from ranvier.data import read_frame, scan_frame
from ranvier.errors import DataError, FileError

TEXTS = [
    "a,b\n1,x\n2,y\n",
    "a;b;c\n1,5;2;1.234\n3,25;?;2.000\n",
    'a,b,c\n"1,234", x ,true\n"12,345,678",NA,False\n-,"",\n',
    '"a","b"\n"1","None"\n"-","u"\n',
    " a ,b\n" + "1,2\n" * 3000 + "x,2.5\n",
    "a\n1\n2.5\n",
    'a,b,c\n"$1,234.5",5%,5%\n$7,-,$5\n',
    "zip,n\n00501,1\n10001,2\n",
]


@pytest.mark.parametrize("content", TEXTS)
def test_a_scan_gives_what_reading_gives(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_text(content)
    frame = scan_frame(path)
    assert isinstance(frame, pl.LazyFrame)
    assert frame.collect().equals(read_frame(path))
    assert frame.collect_schema() == read_frame(path).schema


@pytest.mark.parametrize("name", ["t-*.csv", "t-*.parquet"])
def test_several_files_are_scanned_as_one(tmp_path, name):
    for place, frame in enumerate(
        [
            pl.DataFrame({"a": [1, 2], "b": [" x", "?"]}),
            pl.DataFrame({"b": ["z", None], "a": [2.5, float("nan")]}),
        ]
    ):
        frame.write_csv(tmp_path / f"t-{place}.csv")
        frame.write_parquet(tmp_path / f"t-{place}.parquet")
    found = scan_frame(tmp_path / name).collect()
    assert found.rows() == [(1.0, "x"), (2.0, None), (2.5, "z"), (None, None)]


def test_a_file_with_other_columns_is_named(tmp_path):
    (tmp_path / "t-1.csv").write_text("a,b\n1,2\n")
    (tmp_path / "t-2.csv").write_text("a,c\n1,2\n")
    with pytest.raises(
        DataError, match=r"t-2.csv differs from .*t-1.csv: it lacks 'b'"
    ):
        scan_frame(tmp_path / "t-*.csv")


@pytest.mark.parametrize(
    ("name", "content", "kind", "message"),
    [
        (
            "t.csv",
            gzip.compress(b"a\n1\n", mtime=0),
            DataError,
            "packed, in another encoding",
        ),
        ("t.csv", b"a\n\xfc\n", DataError, "another encoding than UTF-8, .*read_frame"),
        ("t.csv", b"a,b\n1,2\n3\n", DataError, "some row has more or fewer cells than"),
        ("t.csv", b"a,b\n1,2,3\n", FileError, "t.csv cannot be read block by block"),
        ("t.parquet", b"no parquet", FileError, "cannot be read block by block .*says"),
        ("t.jsonl", b'{"a": 1}', FileError, "t.jsonl cannot .*; give Parquet or CSV"),
        ("t.csv", b"", FileError, "t.csv is empty"),
    ],
)
def test_what_cannot_be_scanned_is_refused(tmp_path, name, content, kind, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(kind, match=message):
        scan_frame(tmp_path / name)
