import os

import numpy as np
import pytest

from ranvier.data import list_files
from ranvier.errors import DataError, FileError

SPOKEN = "{label}_{speaker}_{index}.wav"


@pytest.fixture
def put(tmp_path):
    def put(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        return tmp_path

    return put


def names(listing):
    return [str(path.relative_to(listing.folder)) for path in listing.paths]


def test_a_folder_names_the_class_of_what_lies_below_it(put):
    listing = list_files(put("dog/b.png", "cat/deep/c.png", "cat/a.png"))
    assert names(listing) == ["cat/a.png", "cat/deep/c.png", "dog/b.png"]
    assert listing.classes == ("cat", "dog")
    assert listing.labels.tolist() == [0, 0, 1]
    assert listing.labels.dtype == np.int32
    assert listing.test_count == 0


@pytest.mark.parametrize("train", ["train", "Train"])
@pytest.mark.parametrize("test", ["test", "val", "valid", "validation"])
def test_test_files_come_last(put, train, test):
    listing = list_files(
        put(f"{train}/a/1", f"{train}/b/1", f"{train}/b/2", f"{test}/b/1")
    )
    assert listing.test_count == 1
    assert names(listing)[-1] == f"{test}/b/1"
    assert listing.labels.tolist() == [0, 1, 1, 1]


def test_beside_a_test_part_files_for_validation_are_learnt_from(put):
    listing = list_files(put("train/a/1", "train/b/1", "val/a/1", "test/b/1"))
    assert names(listing) == ["train/a/1", "train/b/1", "val/a/1", "test/b/1"]
    assert listing.test_count == 1


def test_hidden_files_are_left_alone(put):
    folder = put("a/1", "b/1", ".git/x", "a/.DS_Store", "b/Thumbs.db", ".x")
    assert names(list_files(folder)) == ["a/1", "b/1"]


def test_a_pattern_names_classes_and_groups(put):
    folder = put("7_ann_0.wav", "deep/3_bob_12.wav")
    listing = list_files(folder, SPOKEN)
    assert listing.classes == ("3", "7")
    assert listing.labels.tolist() == [1, 0]
    assert listing.groups["speaker"].tolist() == ["ann", "bob"]
    assert listing.groups["index"].tolist() == ["0", "12"]


def test_a_pattern_holds_in_both_parts(put):
    folder = put("train/3_ann_1.wav", "train/7_ann_1.wav", "test/7_bob_1.wav")
    listing = list_files(folder, SPOKEN)
    assert listing.groups["speaker"].tolist() == ["ann", "ann", "bob"]
    assert listing.test_count == 1


def test_a_patterns_other_signs_mean_themselves(put):
    with pytest.raises(DataError, match=r"the name of .*axpng does not fit the pat"):
        list_files(put("a.png", "axpng"), "{label}.png")


@pytest.mark.parametrize("pattern", ["x.wav", "{a}.wav", "{label}{label}", "{la bel}"])
def test_a_pattern_without_one_label_is_refused(put, pattern):
    with pytest.raises(DataError, match=r"has the fields .*; give one \{label\}, and"):
        list_files(put("a_1.wav"), pattern)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileError, match=r"there is no folder .*none; give one"):
        list_files(tmp_path / "none")


def test_a_file_in_place_of_the_folder_is_refused(put):
    with pytest.raises(FileError, match=r"a.png cannot be read .*; give a folder"):
        list_files(put("a.png") / "a.png")


def test_a_folder_that_may_not_be_read_is_named(put, monkeypatch):
    folder, scan = put("a/1", "b/1"), os.scandir

    def refuse(path):
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(FileError, match=r"b cannot be read \(.*denied.*may read"):
        list_files(folder)


@pytest.mark.parametrize("pattern", [None, SPOKEN])
def test_an_empty_folder_is_refused(tmp_path, pattern):
    with pytest.raises(FileError, match=r"holds no files; give a folder with one"):
        list_files(tmp_path, pattern)


def test_a_class_without_files_is_named(put):
    (put("a/1", "c/1") / "b").mkdir()
    with pytest.raises(DataError, match=r"the class 'b' has no files \(.*b is empty"):
        list_files(put())


def test_one_class_is_refused(put):
    with pytest.raises(DataError, match=r"holds 1 class to learn \(a\); give files of"):
        list_files(put("a/1", "a/2"))


def test_a_class_of_the_test_alone_is_refused(put):
    with pytest.raises(DataError, match=r"test/c/1 is of the class 'c', which has no"):
        list_files(put("train/a/1", "train/b/1", "test/c/1"))


def test_a_file_beside_the_classes_is_named(put):
    with pytest.raises(DataError, match=r"notes.txt lies in no folder of a class"):
        list_files(put("a/1", "b/1", "notes.txt"))


def test_files_without_folders_are_told_both_ways(put):
    with pytest.raises(DataError, match=r"holds files and no folders; .*folder/class"):
        list_files(put("1.png", "2.png"))


def test_a_folder_that_holds_itself_is_walked_once(put):
    folder = put("a/1", "b/1")
    (folder / "a" / "again").symlink_to(folder / "a", target_is_directory=True)
    assert names(list_files(folder)) == ["a/1", "a/again", "b/1"]


@pytest.mark.parametrize("folder", [3, None])
def test_what_is_no_folder_is_refused_in_words(folder):
    with pytest.raises(FileError, match=rf"folder={folder}: give the path of a folder"):
        list_files(folder)
