import json

import pytest

from ranvier.cli import entry
from ranvier.recipe import read_recipe
from tests.support.commands import save_bars
from tests.support.learning import trained


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a run that learns too slowly, and one on arrays."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        save_bars(folder / "bars.npz")
        words = "train bars.npz --epochs 20 --optimizer sgd --learning-rate 1e-6"
        assert entry.run([*words.split(), "--json"]) == 0
    trained(folder / "arrays")
    return folder


@pytest.fixture(autouse=True)
def here(place, monkeypatch):
    monkeypatch.chdir(place)


def test_a_run_is_treated_and_its_recipe_written(capsys, tmp_path):
    path = tmp_path / "well.toml"
    words = ["treat", "runs/bars-1", "--rounds", "1", "--output", str(path), "--json"]
    assert entry.run(words) == 0
    document = json.loads(capsys.readouterr().out)
    kept = [step for step in document["steps"] if step["is_kept"]]
    assert kept
    assert all(step["after"] < step["before"] for step in kept)
    written = read_recipe(path)
    assert written.recipe.to_dict() == document["recipe"]
    assert written.network.to_dict() == document["network"]


def test_the_way_is_shown_as_a_table(capsys):
    assert entry.run(["treat", "runs/bars-1", "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("helped")
    assert "left to learn" in said
    assert "kept" in said


def test_arrays_from_python_must_be_given(capsys):
    assert entry.run(["treat", "arrays"]) == 2
    assert "the data of arrays are not known" in capsys.readouterr().err
