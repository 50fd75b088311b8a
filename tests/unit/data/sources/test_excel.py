import sys

import pytest
import xlsxwriter

from ranvier.data import read_frame
from ranvier.errors import DataError, FileError, MissingPackageError

ROWS = [
    ["age", "job", "pay", ""],
    [39, " clerk", 2.5, True],
    [50, "NA", None, False],
    ["old", None, 3, None],
]


@pytest.fixture
def path(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        for name, rows in {
            "people": ROWS,
            "empty": [],
            "names": ROWS[:1],
            "twice": [["a", "a"], [1, 2]],
        }.items():
            sheet = book.add_worksheet(name)
            for place, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(place, column, cell)
    return tmp_path / "t.xlsx"


@pytest.mark.parametrize("sheet", [None, 0, "people"])
def test_a_sheet_is_read_and_tidied(path, sheet):
    frame = read_frame(path, sheet=sheet)
    assert frame.columns == ["age", "job", "pay", "column_4"]
    assert frame.rows() == [
        ("39", "clerk", 2.5, True),
        ("50", None, None, False),
        ("old", None, 3.0, None),
    ]


def test_a_sheet_may_have_no_names(path):
    assert read_frame(path, header=False).row(0) == ("age", "job", "pay", None)


@pytest.mark.parametrize("sheet", ["0", "people"])
def test_a_path_says_the_sheet(path, sheet):
    assert read_frame(f"{path}?sheet={sheet}").equals(read_frame(path, sheet="people"))


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        (
            "peopel",
            "no sheet 'peopel'; did you mean \"people\"[?] it has 'people'",
        ),
        (4, "no sheet 4; it has 'people', 'empty', .* or by number 0 to 3"),
        ("empty", "t.xlsx, sheet 'empty' is empty; give a sheet with names and rows"),
        ("names", "t.xlsx, sheet 'names' has 3 columns and 0 rows"),
        ("twice", "t.xlsx, sheet 'twice' has several columns called 'a'"),
    ],
)
def test_a_sheet_that_is_no_table_is_refused(path, sheet, message):
    with pytest.raises(DataError, match=message):
        read_frame(path, sheet=sheet)


@pytest.mark.parametrize("percent", [1, 30, 60, 99])
def test_a_workbook_cut_short_is_refused(path, percent):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * percent // 100])
    with pytest.raises(FileError, match=r"t.xlsx cannot be read as Excel .*or as CSV"):
        read_frame(path)


def test_a_missing_package_is_named_with_the_way_to_install_it(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(
        MissingPackageError,
        match=r'needs the package fastexcel; run .*"ranvier\[exc',
    ):
        read_frame(path)
