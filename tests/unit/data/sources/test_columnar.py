import numpy as np
import polars as pl
import pytest

from ranvier.data import read_frame
from ranvier.errors import DataError, FileError

FRAME = pl.DataFrame({"a": [1, 2, 3], " b": [" x", "?", None], "c": [1.5, np.nan, 2]})
READ = {"a": [1, 2, 3], "b": ["x", None, None], "c": [1.5, None, 2]}
WRITE = {
    "t.parquet": FRAME.write_parquet,
    "t.pq": FRAME.write_parquet,
    "t.arrow": FRAME.write_ipc,
    "t.feather": FRAME.write_ipc,
    "t.jsonl": FRAME.write_ndjson,
    "t.ndjson": FRAME.write_ndjson,
}


@pytest.mark.parametrize("name", WRITE)
def test_every_kind_is_read_and_tidied(tmp_path, name):
    WRITE[name](tmp_path / name)
    assert read_frame(tmp_path / name).to_dict(as_series=False) == READ


def test_named_kinds_and_columns_of_nothing_become_texts(tmp_path):
    frame = pl.DataFrame({"a": ["x", "y"], "b": [None, None]})
    frame = frame.cast({"a": pl.Categorical})
    frame.write_parquet(tmp_path / "t.parquet")
    assert read_frame(tmp_path / "t.parquet").dtypes == [pl.String, pl.String]


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow"])
@pytest.mark.parametrize("percent", [1, 20, 50, 90, 99])
def test_a_file_cut_short_is_refused(tmp_path, name, percent):
    WRITE[name](tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * percent // 100])
    with pytest.raises(FileError, match=r"t\.\w+ cannot be read as .*copy it again"):
        read_frame(tmp_path / name)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.jsonl"])
@pytest.mark.parametrize("seed", range(20))
def test_a_file_with_altered_bytes_is_refused_or_read(tmp_path, name, seed):
    WRITE[name](tmp_path / name)
    content = bytearray((tmp_path / name).read_bytes())
    random = np.random.default_rng(seed)
    for place in random.integers(0, len(content), 3):
        content[place] = random.integers(256)
    (tmp_path / name).write_bytes(bytes(content))
    try:
        assert read_frame(tmp_path / name).width
    except (DataError, FileError) as error:
        assert str(tmp_path / name) in str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1}\n{"a":\n', r"line 2 is no JSON object \(Expecting value"),
        ('{"a": 1}\n{"a": NaN}\n', r"line 2 is no JSON .* \(NaN, where .* is null\)"),
        ('{"a": 1}\n\n[1]\n', r"line 3 is no JSON object; write each row as"),
        ("a,b\n1,2\n", r"line 1 is no JSON object"),
    ],
)
def test_a_line_that_is_no_json_object_is_named(tmp_path, content, message):
    (tmp_path / "t.jsonl").write_text(content)
    with pytest.raises(DataError, match=r"t.jsonl, " + message):
        read_frame(tmp_path / "t.jsonl")


def test_json_lines_of_other_types_far_below_become_texts(tmp_path):
    lines = '{"a": 1}\n' * 5000 + '{"a": "x", "b": 2.5}\n'
    (tmp_path / "t.jsonl").write_text(lines)
    frame = read_frame(tmp_path / "t.jsonl")
    assert frame.row(0) == ("1", None)
    assert frame.row(-1) == ("x", 2.5)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pl.DataFrame(), "t.parquet has 0 columns and 0 rows; give a table with at"),
        (pl.DataFrame({"a": []}), "t.parquet has 1 columns and 0 rows"),
        (pl.DataFrame({"a": [1], " a": [2]}), "several columns called 'a'"),
    ],
)
def test_a_file_without_a_table_is_refused(tmp_path, frame, message):
    frame.write_parquet(tmp_path / "t.parquet")
    with pytest.raises(DataError, match=message):
        read_frame(tmp_path / "t.parquet")
