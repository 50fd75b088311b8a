import numpy as np
import pytest
import soundfile
from PIL import Image

from ranvier.data import load
from ranvier.errors import DataError, FileError


@pytest.mark.parametrize(
    ("name", "hint"), [("digit", 'did you mean "digits"[?] '), ("tulips", "")]
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(name, hint):
    message = f"there are no data called '{name}'; {hint}known: digits; or give a table"
    with pytest.raises(DataError, match=message):
        load(name)


@pytest.mark.parametrize("given", [3, None, np.zeros((3, 2))])
def test_what_is_no_name_is_told_the_way_for_arrays(given):
    with pytest.raises(DataError, match=r"expected a name or a path; .*from_arrays"):
        load(given)


@pytest.mark.parametrize("name", ["none.npz", "deep/none"])
def test_a_missing_file_is_named(tmp_path, name):
    with pytest.raises(
        FileError,
        match=f"no file or folder .*{name}; give one|{name}; there is no folder",
    ):
        load(str(tmp_path / name))
    with pytest.raises(
        FileError,
        match=f"no file or folder .*{name}; give one|{name}; there is no folder",
    ):
        load(tmp_path / name)


@pytest.mark.parametrize("target", [None, "label"])
def test_a_misspelt_file_is_told_what_lies_there(tmp_path, target):
    (tmp_path / "people.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FileError, match=r"file or folder .*; did you mean people\.csv"):
        load(tmp_path / "people.cvs", target=target)


@pytest.mark.parametrize("target", [None, "label"])
def test_a_folder_of_tables_is_told_how_to_be_read(tmp_path, target):
    (tmp_path / "b.parquet").touch()
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    expected = r"a folder with tables, such as a\.csv; give one .*/\*\.csv"
    with pytest.raises(DataError, match=expected):
        load(tmp_path, target=target)


@pytest.mark.parametrize("target", [None, "label"])
def test_an_empty_folder_is_refused(tmp_path, target):
    with pytest.raises(FileError, match="is an empty folder; give a table"):
        load(tmp_path, target=target)


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "letter.doc"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(
        FileError, match=r"letter.doc is no kind of file .*\.npz file, or"
    ):
        load(path)


def test_a_path_that_cannot_be_is_refused():
    with pytest.raises(FileError, match=r"cannot be read .*too long"):
        load("a/" + "b" * 5000)


def test_a_folder_called_as_known_data_is_reached_by_its_path(tmp_path, monkeypatch):
    (tmp_path / "digits").mkdir()
    (tmp_path / "digits" / "notes.txt").write_text("3 of them")
    monkeypatch.chdir(tmp_path)
    assert len(load("digits")) == 70_000
    with pytest.raises(FileError, match="digits has no train-images-idx3-ubyte"):
        load("./digits")


def test_a_folder_of_pictures_by_class_is_loaded(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        Image.new("L", (6, 4)).save(tmp_path / name / "1.png")
    data = load(tmp_path)
    assert data.schema.image.shape == (4, 6)
    assert load(data.source).fingerprint() == data.fingerprint()


def test_a_folder_of_sounds_by_class_is_loaded(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        soundfile.write(tmp_path / name / "1.WAV", np.ones(4000), 8000)
    data = load(str(tmp_path))
    assert data.schema.sound.shape == (48, 40)
    assert load(data.source).fingerprint() == data.fingerprint()
