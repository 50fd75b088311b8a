import pytest

from ranvier.cli.outputs import check_output
from ranvier.errors import FileError


def test_a_new_file_and_one_to_replace_are_fine(tmp_path):
    check_output("--output", None)
    check_output("--output", str(tmp_path / "new"))
    (tmp_path / "old").touch()
    check_output("--output", str(tmp_path / "old"))


def test_a_file_beside_is_fine():
    check_output("--output", "beside.safetensors")


def test_what_is_no_file_is_not_replaced(tmp_path):
    with pytest.raises(FileError, match="--svg /dev/null: that is no file"):
        check_output("--svg", "/dev/null")
    with pytest.raises(FileError, match="that is no file"):
        check_output("--svg", str(tmp_path))


def test_a_folder_must_be_there(tmp_path):
    with pytest.raises(FileError, match="the folder is missing"):
        check_output("--output", str(tmp_path / "no" / "file"))
