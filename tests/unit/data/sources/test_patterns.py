import polars as pl
import pytest

from ranvier.data import read_frame
from ranvier.data.sources.large import read_parts
from ranvier.data.sources.tables import scan_frame
from ranvier.errors import DataError, FileError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b-2.csv").write_text("name,size\nx,2.5\n")
    (tmp_path / "b-1.csv").write_text("size,name\n1,u\n2,v\n")
    return tmp_path


def test_files_are_joined_in_the_order_of_their_names(folder):
    frame = read_frame(folder / "b-*.csv")
    assert frame.rows() == [(1.0, "u"), (2.0, "v"), (2.5, "x")]


def test_files_of_several_kinds_are_joined(folder):
    pl.DataFrame({"name": ["z"], "size": [3]}).write_parquet(folder / "b-3.parquet")
    assert read_frame(f"{folder}/b-[13].*").rows() == [(1, "u"), (2, "v"), (3, "z")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [("many", ["1", "2", "many"]), ("", [1, 2, None]), ("NA", [1, 2, None])],
)
def test_a_column_has_one_type_in_all_files(folder, cells, expected):
    (folder / "b-2.csv").write_text(f"size,name\n{cells},x\n")
    assert read_frame(folder / "b-*.csv")["size"].to_list() == expected


def test_texts_of_one_file_are_as_written_in_all(folder):
    (folder / "b-1.csv").write_text("size,name\n1.10,u\n1.1,v\n")
    (folder / "b-2.csv").write_text("size,name\n2.x,x\n")
    assert read_frame(folder / "b-*.csv")["size"].to_list() == ["1.10", "1.1", "2.x"]


@pytest.mark.parametrize("room", ["2GB", "1kB"])
@pytest.mark.parametrize(
    ("other", "expected"),
    [("9,5;y", [1234.0, 9.5]), ("9.5;y", [1.234, 9.5]), ("9;y", [1.234, 9.0])],
)
def test_one_file_tells_where_decimals_begin_in_all(
    other, expected, room, tmp_path, monkeypatch
):
    monkeypatch.setenv("RANVIER_MEMORY", room)
    (tmp_path / "c-1.csv").write_text("size;name\n1.234;x\n")
    (tmp_path / "c-2.csv").write_text(f"size;name\n{other}\n")
    assert read_frame(tmp_path / "c-*.csv")["size"].to_list() == expected
    parts = read_parts(tmp_path / "c-*.csv")
    assert [one for part in parts for one in part.frame["size"]] == expected
    scanned = scan_frame(tmp_path / "c-*.csv").collect()
    assert scanned["size"].to_list() == expected


def test_a_file_with_other_columns_is_named(folder):
    (folder / "b-2.csv").write_text("size,weight\n1,2\n")
    with pytest.raises(
        DataError,
        match=r"b-2.csv differs from .*b-1.csv: it lacks 'name' and has 'weight' "
        r"besides; give files with the same columns",
    ):
        read_frame(folder / "b-*.csv")


def test_a_faulty_file_is_named(folder):
    (folder / "b-2.csv").write_text("size,name\n1,2,3\n")
    with pytest.raises(DataError, match=r"b-2.csv, row 1 \(line 2\) has 3 cells"):
        read_frame(folder / "b-*.csv")


def test_a_pattern_that_fits_no_file_is_refused(folder):
    with pytest.raises(
        FileError, match=r"no file is called as the pattern .*a-\*.csv says; did you "
    ):
        read_frame(folder / "a-*.csv")


def test_a_file_whose_name_looks_like_a_pattern_is_read(folder):
    (folder / "b[1].csv").write_text("a\n7\n")
    assert read_frame(folder / "b[1].csv").rows() == [(7,)]
