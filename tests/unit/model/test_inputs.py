import numpy as np
import pytest

from ranvier.data import Column, ImageForm, Schema
from ranvier.errors import DataError, FileError
from ranvier.model.inputs import read_rows

ROWS = Schema("rows", (3,), "classification", ("a", "b"), 2)
PIXELS = Schema("pixels", (4, 4), "classification", ("a", "b"), 2, ImageForm(4, 4))
VALUES = np.arange(6.0).reshape(2, 3)


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def only(path, schema=ROWS):
    (rows,) = read_rows([path], schema, 10)
    return rows


def test_an_npy_file_is_an_array_of_rows(folder):
    np.save(folder / "rows.npy", VALUES)
    rows = only(folder / "rows.npy")
    assert rows.names == [f"{folder}/rows.npy row 0", f"{folder}/rows.npy row 1"]
    np.testing.assert_array_equal(rows.values, VALUES)


@pytest.mark.parametrize("name", ["x_test", "X", "inputs", "images", "whatever"])
def test_an_npz_file_holds_one_array_of_rows(folder, name):
    np.savez(folder / "rows.npz", **{name: VALUES})
    np.testing.assert_array_equal(only(folder / "rows.npz").values, VALUES)


def test_of_many_arrays_the_one_with_a_known_name_is_taken(folder):
    np.savez(folder / "rows.npz", y=np.zeros(2), X=VALUES, x_train=VALUES[:1])
    np.testing.assert_array_equal(only(folder / "rows.npz").values, VALUES)


def test_arrays_without_a_known_name_are_refused(folder):
    np.savez(folder / "rows.npz", one=VALUES, two=VALUES)
    with pytest.raises(DataError, match="holds the arrays one, two; expected one"):
        only(folder / "rows.npz")


def test_a_picture_is_a_row_in_the_form_of_the_schema(folder):
    from PIL import Image

    Image.fromarray(np.full((9, 9), 77, np.uint8)).save(folder / "grey.png")
    rows = only(folder / "grey.png", PIXELS)
    assert rows.names == [str(folder / "grey.png")]
    np.testing.assert_array_equal(rows.values, np.full((1, 4, 4), 77, np.uint8))


def test_a_model_of_rows_reads_no_pictures(folder):
    with pytest.raises(DataError, match=r"rows of shape \(3,\), not on pictures"):
        only(folder / "any.png")


def test_an_array_without_rows_is_refused(folder):
    np.save(folder / "rows.npy", np.float64(3))
    with pytest.raises(DataError, match="holds no rows"):
        only(folder / "rows.npy")


def test_a_file_that_is_not_there_is_refused(folder):
    with pytest.raises(FileError, match=r"there is no file .*none\.npy"):
        only(folder / "none.npy")


def pickled(path):
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)


@pytest.mark.parametrize(
    "write",
    [pickled, lambda path: path.touch(), lambda path: path.write_bytes(b"PK\3\4cut")],
    ids=["pickled", "empty", "cut"],
)
def test_a_file_that_is_no_array_is_refused(folder, write):
    write(folder / "rows.npy")
    with pytest.raises(FileError, match="cannot be read as rows"):
        only(folder / "rows.npy")


def test_pictures_are_read_together_while_there_is_room(folder, monkeypatch):
    from PIL import Image

    paths = [folder / f"{shade}.png" for shade in (10, 20, 30)]
    for path in paths:
        Image.fromarray(np.full((4, 4), int(path.stem), np.uint8)).save(path)
    monkeypatch.setenv("RANVIER_MEMORY", "1792")  # a block of 128 bytes
    first, second = read_rows(paths, PIXELS, 10)
    assert (first.values.shape, second.values.shape) == ((2, 4, 4), (1, 4, 4))
    assert [*first.names, *second.names] == list(map(str, paths))


def test_pictures_and_arrays_keep_their_order(folder):
    from PIL import Image

    Image.fromarray(np.full((4, 4), 77, np.uint8)).save(folder / "grey.png")
    np.save(folder / "rows.npy", np.zeros((1, 4, 4), np.uint8))
    paths = [folder / name for name in ("grey.png", "rows.npy", "grey.png")]
    read = read_rows(paths, PIXELS, 10)
    assert [rows.file for rows in read] == list(map(str, paths))


def test_a_folder_stands_for_the_pictures_in_it(folder):
    from PIL import Image

    (folder / "b").mkdir()
    for name in ("c.png", "a.png", "b/d.png", ".hidden.png"):
        Image.fromarray(np.full((4, 4), 77, np.uint8)).save(folder / name)
    rows = only(folder, PIXELS)
    assert rows.names == [f"{folder}/{name}" for name in ("a.png", "b/d.png", "c.png")]


def test_a_folder_without_files_is_refused(folder):
    with pytest.raises(FileError, match="holds no files; give a folder with files to"):
        only(folder, PIXELS)


def test_a_folder_is_no_table(folder):
    table = Schema("t", (1,), "regression", (), 1, columns=[Column("a", "number")])
    with pytest.raises(FileError, match="is a folder, no table"):
        only(folder, table)
