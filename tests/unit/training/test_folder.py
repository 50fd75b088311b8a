import numpy as np
import pytest

from ranvier.errors import FileError
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training.folder import (
    make_folder,
    open_folder,
    read_description,
    read_encoder,
    read_rows,
    read_table,
    write_description,
    write_table,
)
from ranvier.training.lock import held
from ranvier.training.tensors import write_tensors
from tests.support.learning import network


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_auto_folders_are_numbered_from_one():
    made = [str(make_folder("auto", "digits").path) for _ in range(3)]
    assert made == ["runs/digits-1", "runs/digits-2", "runs/digits-3"]


def test_an_auto_folder_follows_the_highest_number_that_is_taken(here):
    for name in ("digits-7", "digits-x", "digits-", "other-9", "digits-old-30"):
        (here / "runs" / name).mkdir(parents=True)
    assert make_folder("auto", "digits").path.name == "digits-8"


def test_each_kind_of_data_has_numbers_of_its_own():
    make_folder("auto", "digits")
    assert make_folder("auto", "my-[data]").path.name == "my-[data]-1"


def test_a_folder_of_the_users_own_is_made_with_its_parents(here):
    assert make_folder("a/b", "digits").path == make_folder(
        here / "a/b", "x"
    ).path.relative_to(here)


def test_a_folder_with_a_run_is_never_written_over(here):
    write_table(make_folder("mine", "digits").facts, {})
    with pytest.raises(
        FileError, match=r"mine holds a run already; .*`ranvier resume mine`"
    ):
        make_folder("mine", "digits")


@pytest.mark.parametrize("folder", ["file", "file/below", "a\0b"])
def test_a_folder_that_cannot_be_made_is_named(here, folder):
    (here / "file").touch()
    with pytest.raises(FileError, match=r"cannot be written .*choose a folder"):
        make_folder(folder, "digits")


def test_a_file_called_runs_is_named(here):
    (here / "runs").touch()
    with pytest.raises(FileError, match=r"^runs cannot be written"):
        make_folder("auto", "digits")


@pytest.mark.parametrize("folder", ["gone", ".", "file", "a\0b"])
def test_a_folder_without_a_run_is_refused(here, folder):
    (here / "file").touch()
    with pytest.raises(FileError, match=r"holds no run: there is no file run.json"):
        open_folder(folder)


def test_descriptions_come_back_from_toml(here):
    write_description(here / "network.toml", network())
    assert read_description(here / "network.toml", Network) == network()


@pytest.mark.parametrize(
    "text", [b"\xff", b"[", b"epochs = 0", b"x = 1", b"a=" + b"[" * 9999]
)
def test_a_description_that_was_altered_is_refused_by_name(here, text):
    (here / "recipe.toml").write_bytes(text)
    with pytest.raises(FileError, match=r"recipe\.toml cannot be used: "):
        read_description(here / "recipe.toml", Recipe)


def test_a_description_from_before_an_option_was_there_takes_its_default(here):
    (here / "recipe.toml").write_text("epochs = 3\n# the end\n")
    assert read_description(here / "recipe.toml", Recipe) == Recipe(epochs=3)


@pytest.mark.parametrize("lines", [0, 1, 5, -1])
def test_a_description_that_lost_lines_is_refused_by_name(here, lines):
    kept = Recipe(optimizer="nag").to_toml().splitlines()[:lines]
    (here / "recipe.toml").write_text("\n".join(kept))
    with pytest.raises(FileError, match=r"recipe\.toml was cut short: the end of"):
        read_description(here / "recipe.toml", Recipe)


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "[" * 9999, "\0"])
def test_facts_that_are_no_table_are_refused_by_name(here, text):
    (here / "run.json").write_text(text)
    with pytest.raises(FileError, match=r"run\.json holds no JSON table: it was cut"):
        read_table(here / "run.json")


@pytest.mark.parametrize(
    "arrays", [{"x": "u"}, {"test": "u"}, {"train": "f"}, {"train": "u", "x": "u"}]
)
def test_rows_that_were_altered_are_refused_by_name(here, arrays):
    kinds = {"u": np.zeros(3, np.uint32), "f": np.zeros(3, np.float32)}
    write_tensors(
        here / "rows", {name: kinds[kind] for name, kind in arrays.items()}, {}
    )
    with pytest.raises(FileError, match=r"rows holds .*; expected row numbers called"):
        read_rows(here / "rows")


def test_an_encoder_that_was_altered_is_refused_by_name(here):
    write_tensors(here / "encoder", {"x": np.zeros(1, np.float32)}, {})
    with pytest.raises(FileError, match=r"encoder cannot be used: "):
        read_encoder(here / "encoder")


def test_a_second_training_in_a_folder_is_refused(here):
    with (
        held(here),
        pytest.raises(FileError, match="trained in by another process"),
        held(here),
    ):
        pass


def test_a_folder_is_free_again_after_the_training(here):
    with held(here):
        pass
    with held(here):
        pass
