import os
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ranvier.data import is_tabular, read_frame
from ranvier.errors import DataError, FileError


@pytest.mark.parametrize(
    "source",
    [
        "t.csv",
        "a folder/T.CSV",
        "t-*.csv.gz",
        "t.xlsx",
        "sqlite:///x.db",
        "postgresql://localhost/x",
        "https://example.org/t.csv",
        {"a": 1},
        [{"a": 1}],
        pd.DataFrame(),
        pl.DataFrame(),
        pl.LazyFrame(),
    ],
)
def test_what_is_read_as_a_table_is_known_without_reading(source):
    assert is_tabular(source)


@pytest.mark.parametrize(
    "source",
    ["digits", "x.npz", "folder", None, 3, [], [1], np.zeros((3, 2)), b"t.csv"],
)
def test_what_is_no_table_is_known_too(source):
    assert not is_tabular(source)


@pytest.mark.parametrize("source", [None, 3, [[1, 2]], np.zeros((3, 2))])
def test_what_is_no_table_is_refused(source):
    with pytest.raises(DataError, match=r"expected a path of CSV, .*from_arrays"):
        read_frame(source)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "peaple.csv",
            r"no file .*peaple.csv; did you mean people.csv\? it lies there",
        ),
        ("zzz.parquet", "no file .*zzz.parquet; give one that is there"),
        ("none/people.csv", "there is no folder .*none that you may read either"),
        (".", r"is a folder, no table; give a file, or a pattern such as .*\*.csv"),
        ("people.docx", r"people.docx is no kind of file .* ends in .csv, .tsv"),
        ("a\0.csv", "cannot be read .*null byte.*; give the path of a file that you"),
    ],
)
def test_a_path_that_is_no_table_is_named(tmp_path, name, message):
    (tmp_path / "people.csv").write_text("a\n1\n")
    (tmp_path / "people.docx").write_text("a\n1\n")
    with pytest.raises(FileError, match=message):
        read_frame(f"{tmp_path}/{name}")


READ_UNSEEN = """
import os, sys
from ranvier.data import read_frame
import polars, ranvier.data.sources.text
from ranvier.errors import FileError
if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)
try: read_frame(sys.argv[1])
except FileError as error: print(error)
"""


@pytest.mark.parametrize("kept_from", ["folder", "file"])
def test_what_may_not_be_read_is_named(tmp_path, kept_from):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_text("a\n1\n")
    path = (folder / "file").rename(folder / "t.csv")
    (folder if kept_from == "folder" else path).chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READ_UNSEEN, str(path)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
    finally:
        folder.chmod(0o700)
    assert "t.csv cannot be read (Permission denied); give the path" in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"separator": ";;"}, r"separator=';;': give one sign, such as "),
        ({"missing": "NA"}, r"missing='NA': give a list of texts"),
        ({"sheet": "one"}, "sheet='one' means nothing for a text file; leave it out"),
        ({"query": "select"}, "query='select' means nothing for a text file"),
    ],
)
def test_an_option_that_means_nothing_is_refused(tmp_path, options, message):
    (tmp_path / "t.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=message):
        read_frame(tmp_path / "t.csv", **options)


def test_a_path_says_how_its_table_is_to_be_read(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("39\tno\n40\té\n", "latin-1")
    frame = read_frame(f"{path}?separator=tab&header=no&encoding=latin-1&missing=no,?")
    assert frame.rows() == [(39, None), (40, "é")]
    assert is_tabular(f"{path}?header=no")


def test_a_pattern_says_it_of_every_file(tmp_path):
    for name in "ab":
        (tmp_path / f"part-{name}.csv").write_text(f"1;{name}\n")
    frame = read_frame(f"{tmp_path}/part-?.csv?header=no")
    assert frame.rows() == [(1, "a"), (1, "b")]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("header=nein", r"people.csv: \?header=nein cannot be read; .* header=no"),
        ("headers=no", r"there is no such option; did you mean .header"),
        ("separator=ab", "separator='ab': give one sign"),
        ("sheet=2", "sheet=2 means nothing for a text file"),
    ],
)
def test_what_a_path_cannot_say_is_refused(tmp_path, said, message):
    path = tmp_path / "people.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=message):
        read_frame(f"{path}?{said}")
