import gzip

import polars as pl
import pytest

from ranvier.data import read_frame
from ranvier.data.sources import tidy
from ranvier.data.sources.options import AS_FOUND
from ranvier.data.sources.tables import decimals_of, read_written
from ranvier.data.table import describe
from ranvier.data.tally import Tally
from ranvier.errors import DataError, FileError


@pytest.fixture
def write(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def columns(path, **options):
    return read_frame(path, **options).to_dict(as_series=False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
        ("a;b\n1;x,z\n2;y\n", {"a": [1, 2], "b": ["x,z", "y"]}),
        ("a\tb\n1\tx\n2\ty\n", {"a": [1, 2], "b": ["x", "y"]}),
        ("a|b\n1|x\n2|y\n", {"a": [1, 2], "b": ["x", "y"]}),
        ('a,b\n1,"x;y;z"\n2,"u;v;w"\n', {"a": [1, 2], "b": ["x;y;z", "u;v;w"]}),
        ("a\n1\n2", {"a": [1, 2]}),
        ("a,b\r\n1,x\r\n2,y\r\n", {"a": [1, 2], "b": ["x", "y"]}),
        ("a,b\r1,x\r2,y\r", {"a": [1, 2], "b": ["x", "y"]}),
        ("\n\na,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
        ('a,b\n1,"x\ny"\n2,"""z"""\n', {"a": [1, 2], "b": ["x\ny", '"z"']}),
        ('a,b\n1,3" pipe\n2,y\n', {"a": [1, 2], "b": ['3" pipe', "y"]}),
        ('a,b\n1,3" pipe\n2,"y, z"\n', {"a": [1, 2], "b": ['3" pipe', "y, z"]}),
        (" a, b \n1,x\n", {"a": [1], "b": ["x"]}),
        (",b\n1,x\n", {"column_1": [1], "b": ["x"]}),
    ],
)
def test_a_text_is_parted_into_names_and_cells(write, content, expected):
    assert columns(write(content)) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("zip\n00501\n10001\n", ["00501", "10001"]),
        ('zip\n"00501"\n-\n 7\n\n', ["00501", "-", "7"]),
        ("n\n0\n10\n0.5\n", [0, 10, 0.5]),
        ("n\n007\n0.5\n", [7, 0.5]),
        ("n\n" + "10\n" * 200 + "07\n", [10] * 200 + [7]),
        ("n\n0\n-1\n", [0, -1]),
    ],
)
def test_numbers_that_begin_with_a_0_are_names(write, content, expected):
    assert read_frame(write(content)).to_series().to_list() == expected


def test_names_that_begin_with_a_0_have_the_type_of_their_column_without_a_head(write):
    rows = {"column_1": ["007", "120"], "column_2": [1, 2]}
    assert columns(write("007,1\n120,2\n"), header=False) == rows


def test_a_tsv_is_parted_by_tabs_alone(write):
    assert columns(write("a,b\nx,y\n", "t.tsv")) == {"a,b": ["x,y"]}


def test_the_sign_between_cells_may_be_given(write):
    assert columns(write("a:b,c\n1:2\n"), separator=":") == {"a": [1], "b,c": [2]}


def test_rows_are_counted_from_the_first_line_where_there_are_no_names(write):
    path = write("1,a\n2,\n\n3,c\n")
    assert columns(path, header=False)["column_2"] == ["a", None, "c"]
    with pytest.raises(DataError, match=r"row 3 \(line 3\) has 3 cells, expected 2"):
        columns(write("1,2\n3,\n5,6,7\n"), header=False)


def test_a_text_may_have_no_names(write):
    path = write("39, clerk\n40, cook\n")
    assert columns(path, header=False) == {
        "column_1": [39, 40],
        "column_2": ["clerk", "cook"],
    }


@pytest.mark.parametrize("mark", ["", "?", "NA", "N/A", "nan", "NaN", "null", "NULL"])
def test_marks_of_missing_cells_are_null_with_blanks_around_them_or_not(write, mark):
    path = write(f'a,b,c\n1,x,{mark}\n{mark}, {mark} ,"{mark}"\n3,y,z\n')
    assert columns(path) == {
        "a": [1, None, 3],
        "b": ["x", None, "y"],
        "c": [None, None, "z"],
    }


@pytest.mark.parametrize("mark", ["None", "-", "--", "."])
def test_a_mark_is_missing_among_numbers_and_a_name_among_names(write, mark):
    path = write(f"a,b\n1.5,x\n{mark},{mark}\n2.5,y\n")
    assert columns(path) == {"a": [1.5, None, 2.5], "b": ["x", mark, "y"]}


def test_marks_of_missing_cells_may_be_given(write):
    path = write("a,b\n-999,NA\n1,x\n")
    assert columns(path, missing=["-999"]) == {"a": [None, 1], "b": ["NA", "x"]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('"a"\n"1"\n"2"\n', [1, 2]),
        ("a,b\n 1,x\n 2,y\n", [1, 2]),
        ('a\n"1,234"\n"12,345,678"\n56\n', [1234, 12_345_678, 56]),
        ('a\n"1,234.5"\n7\n', [1234.5, 7.0]),
        ("a;b\n1,5;x\n2,25;y\n", [1.5, 2.25]),
        ("a;b\n1.234,5;x\n2,25;y\n", [1234.5, 2.25]),
        ("a;b\n1.234;1,5\n2.000;2,5\n", [1234, 2000]),
        ("a;b\n1.25;1,5\n2.5;2,5\n", [1.25, 2.5]),
        ("a\tb\n0.123\t1,234\n0.040\t6,464,343\n", [0.123, 0.04]),
        ("a\tb\n1,234\tx\n2,345\ty\n", [1234, 2345]),
        ("a|b\n886,440|x\n1,234,567|y\n", [886_440, 1_234_567]),
        ("a;b\n1,234;x\n2,345;y\n", [1.234, 2.345]),
        ("a;b\n1,234;0.5\n2,345;0.25\n", [1234, 2345]),
        ("a;b\n0,500;1.234.567\n1,234;2.000\n", [0.5, 1.234]),
        ("a;b\n1 234,5;x\n2\u202f000;y\n", [1234.5, 2000.0]),
        ('a\n"$1,234.50"\n-\n-$3\n$-2\n', [1234.5, None, -3.0, -2.0]),
        ("a;b\n1.234,50 €;x\n2,25€;y\n", [1234.5, 2.25]),
        ("a;b\n1.234 €;1,5\n2.000 €;2,5\n", [1234, 2000]),
        ("a,b\n5%,x\n2.5 %,y\n", [5.0, 2.5]),
        ("a,b\n5%,x\n$5,y\n", ["5%", "$5"]),
        ("a,b\n5%,x\n0.5,y\n", ["5%", "0.5"]),
        ("a,b\n$,x\n$$,y\n", ["$", "$$"]),
        ("a,b\n+3,x\n1e5,y\n", [3.0, 1e5]),
        ("a,b\ntrue,x\nFalse,y\n", [True, False]),
        ("a,b\n12345678901234567890,x\n1,y\n", [12345678901234567890, 1]),
        ("a,b\n1_000,x\n2,y\n", ["1_000", "2"]),
    ],
)
def test_numbers_are_read_as_people_write_them(write, content, expected):
    assert read_frame(write(content)).to_series().to_list() == expected


@pytest.mark.parametrize(
    ("first", "last", "dtype"),
    [
        ("1", "x", pl.String),
        ("1", "2.5", pl.Float64),
        ("1", "NA", pl.Int64),
        ("1", "-", pl.Int64),
        ("", "3", pl.Int64),
        ("true", "perhaps", pl.String),
    ],
)
def test_the_type_of_a_column_follows_from_all_its_rows(write, first, last, dtype):
    frame = read_frame(write("a,b\n" + f"{first},1\n" * 50_000 + f"{last},1\n"))
    assert frame.schema == {"a": dtype, "b": pl.Int64}
    assert len(frame) == 50_001


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]
)
def test_encodings_are_found(write, encoding):
    assert columns(write("é,b\nü,2\n".encode(encoding))) == {"é": ["ü"], "b": [2]}


def test_a_foreign_sign_far_below_is_found_too(write):
    path = write(b"a,b\n" + b"x,1\n" * 200_000 + b"\xfc,2\n")
    assert read_frame(path).row(-1) == ("ü", 2)


def test_an_encoding_may_be_given(write):
    assert columns(write("a\nü\n".encode("cp850")), encoding="cp850") == {"a": ["ü"]}


@pytest.mark.parametrize("pack", [lambda text: text, gzip.compress])
def test_mixed_encodings_are_refused_with_the_place_of_both(write, pack):
    path = write(pack("a\nü\nx\n".encode() + b"\xfc\n"), "t.csv.gz")
    with pytest.raises(
        DataError,
        match=r"t.csv.gz, row 3 \(line 4\), byte 7: the byte 0xfc is not UTF-8, but 'ü'"
        r" in row 1 \(line 2\), byte 2 is: two encodings are mixed; save .*latin-1",
    ):
        read_frame(path)


def test_a_byte_that_is_not_of_the_encoding_given_is_named(write):
    with pytest.raises(
        DataError, match=r"row 1 \(line 2\), byte 2: the byte 0xc3 is not ascii; save"
    ):
        read_frame(write("a\nü\n"), encoding="ascii")


def test_an_unknown_encoding_is_refused(write):
    with pytest.raises(DataError, match=r"encoding='klingon' is unknown; give one"):
        read_frame(write("a\n1\n"), encoding="klingon")


def test_packed_texts_are_read(write, tmp_path):
    assert columns(write(gzip.compress(b"a,b\n1,x\n"), "t.csv.gz")) == {
        "a": [1],
        "b": ["x"],
    }
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"]})
    frame.lazy().sink_csv(tmp_path / "t.csv.zst", compression="zstd")
    assert read_frame(tmp_path / "t.csv.zst").equals(frame)


def test_a_packed_text_that_is_cut_short_is_refused(write):
    path = write(gzip.compress(b"a,b\n1,x\n" * 99)[:-9], "t.csv.gz")
    with pytest.raises(FileError, match=r"t.csv.gz cannot be unpacked .*copy it again"):
        read_frame(path)


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("", FileError, "table.csv is empty; give a table"),
        ("\n \n", FileError, "table.csv holds nothing but blanks; give a table"),
        ("a,b\n", DataError, "table.csv has the columns a, b and no row; give a table"),
        (
            "a,b",
            DataError,
            r"table.csv has the columns a, b and no row; .*csv\?header=no",
        ),
        (
            "a,b,c\n1,2,3\n1,2\n4,5,6\n",
            DataError,
            r"table.csv, row 2 \(line 3\) has 2 cells, expected 3 as in the first line;"
            " mend",
        ),
        (
            'a,b,c\n1,"x\ny",3\n1,2,3,4\n',
            DataError,
            r"table.csv, row 2 \(line 4\) has 4 cells, expected 3",
        ),
        (
            "a,b,c\n1,,\n1,2,3\n\n4,5\n",
            DataError,
            r"table.csv, row 4 \(line 5\) has 2 cells, expected 3",
        ),
        (
            'a,b\n1,2\n1,"x\n2,3\n',
            DataError,
            r"row 2 \(line 3\) has a quotation mark that is never closed; mend it",
        ),
        (
            "a,b, a ,b,c\n1,2,3,4,5\n",
            DataError,
            r"table.csv has several columns called 'a', 'b' \('a' in the places 1, 3\);"
            r" give each column a name of its own, or read .*table.csv\?header=no if",
        ),
        (
            ",".join("aabbccddeeff") + "\n",
            DataError,
            "called 'a', 'b', 'c', 'd', 'e' and 1 more",
        ),
        (
            'a,"b\n1,2\n',
            DataError,
            "table.csv, line 1 has a quotation mark out of its place; close it, or put",
        ),
        ("a,b\n1,\0\n", FileError, r"0x00 \(byte 6\), so it is no text; give a CSV"),
        ("PAR1\x15\x04", FileError, "table.csv is no text but Parquet; call it .parq"),
        ("%PDF-1.4\n", FileError, "is no text but a PDF; save its table as CSV"),
        ("<!DOCTYPE html>\n<p>", FileError, r"is a web page \(HTML\), no table; downl"),
    ],
)
def test_what_is_no_table_is_refused_with_the_place(write, content, kind, message):
    with pytest.raises(kind, match=message):
        read_frame(write(content))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n"])
def test_a_line_that_says_the_separator_is_no_row(write, mark, line):
    path = write(f"{mark}{line}a;b\n1,5;x\n1.234;y\n")
    assert columns(path) == {"a": [1.5, 1234.0], "b": ["x", "y"]}
    assert decimals_of(path) is True


def test_a_short_row_far_below_is_named(write):
    path = write('a,b\n1,"x,\ny"\n' + "1,2\n" * 60_000 + "3\n" + "1,2\n" * 9)
    with pytest.raises(DataError, match=r"row 60,002 \(line 60,004\) has 1 cells"):
        read_frame(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,2\n\n3,\n\n\n", {"a": [1, 3], "b": [2, None]}),
        ("a,b\r\n1,2\r\n\r\n3,4\r\n\r\n", {"a": [1, 3], "b": [2, 4]}),
        ("a,b\n1,2\n,\n3,4\n", {"a": [1, None, 3], "b": [2, None, 4]}),
        ("a\n1\n\n3\n\n", {"a": [1, None, 3]}),
    ],
)
def test_blank_lines_are_no_rows_but_for_one_column(write, content, expected):
    assert columns(write(content)) == expected


def test_ten_thousand_columns_are_read(write):
    names = [f"c{number}" for number in range(10_000)]
    line = ",".join(["7"] * 10_000)
    assert read_frame(write("\n".join([",".join(names), line, line]))).shape == (
        2,
        10_000,
    )


def test_texts_of_many_rows_are_tallied_unless_they_were_changed(write):
    rows, last = 110_000, 109_999
    path = write(
        "plain,padded,marked,number,own\n"
        + "".join(
            f"{'ab'[n % 2]},x{' ' * (n == last)},{'y?'[n == last]},{n},no. {n}\n"
            for n in range(rows)
        )
    )
    tallies: dict[str, Tally] = {}
    frame = read_written(path, AS_FOUND, tallies)
    assert frame.equals(read_frame(path))
    assert set(tallies) == {"plain", "own"}
    assert tallies["plain"].rows.to_list() == [rows // 2, rows // 2]
    assert tallies["own"].rows is None
    assert describe(frame, "plain", tallies=tallies) == describe(frame, "plain")


def test_few_rows_are_not_tallied_nor_are_several_files(write, monkeypatch):
    path = write("a,b\nx,1\nx,2\n")
    tallies: dict[str, Tally] = {}
    read_written(path, AS_FOUND, tallies)
    assert tallies == {}
    monkeypatch.setattr(tidy, "MANY", 1)
    read_written(path, AS_FOUND, tallies)
    assert set(tallies) == {"a"}
    tallies.clear()
    write("a,b\nz,3\n", "second.csv")
    frame = read_written(path.parent / "*.csv", AS_FOUND, tallies)
    assert (len(frame), tallies) == (3, {})
