import json

import numpy as np
import pytest

from ranvier.cli import entry
from ranvier.training import Run
from tests.support.commands import save_bars
from tests.support.learning import trained


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a run on bars, and one on arrays from Python."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        save_bars(folder / "bars.npz")
        assert entry.run(["train", "bars.npz", "--epochs", "3", "--json"]) == 0
    trained(folder / "arrays")
    return folder


@pytest.fixture(autouse=True)
def here(place, monkeypatch):
    monkeypatch.chdir(place)
    return place


def test_a_run_is_diagnosed_on_the_data_it_came_from(capsys):
    assert entry.run(["diagnose", "runs/bars-1"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("verdict ")
    assert "\nrests on  the curves" in out
    assert err == ""


def test_a_diagnosis_is_a_document(capsys):
    assert entry.run(["diagnose", "runs/bars-1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert sorted(document) == [
        "experiments",
        "findings",
        "more_rows",
        "next",
        "verdict",
    ]
    assert document["verdict"]["basis"] == "curves"


def test_the_data_can_lie_elsewhere(here, capsys):
    (here / "elsewhere").mkdir()
    save_bars(here / "elsewhere" / "bars.npz")
    assert entry.run(["diagnose", "runs/bars-1", "elsewhere/bars.npz"]) == 0
    assert capsys.readouterr().err == ""


def test_other_data_are_refused(here, capsys):
    save_bars(here / "other.npz", rows=40)
    assert entry.run(["diagnose", "runs/bars-1", "other.npz"]) == 2
    assert "not of the data that the run was trained on" in capsys.readouterr().err


def test_a_run_on_arrays_is_diagnosed_without_them(capsys):
    assert entry.run(["diagnose", "arrays"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("verdict ")
    assert err == (
        "mind: arrays was trained on arrays from Python, and is shown without.\n"
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [(0, "there is no file"), (40, "not of the data that the run was trained on")],
)
def test_data_that_are_gone_or_changed_are_told(
    tmp_path, monkeypatch, capsys, rows, message
):
    monkeypatch.chdir(tmp_path)
    save_bars(tmp_path / "bars.npz")
    assert entry.run(["train", "bars.npz", "--epochs", "1", "--json"]) == 0
    (tmp_path / "bars.npz").unlink()
    if rows:
        save_bars(tmp_path / "bars.npz", rows=rows)
    capsys.readouterr()
    assert entry.run(["diagnose", "runs/bars-1"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("verdict ")
    assert err.startswith("mind: runs/bars-1 is shown without its data. ")
    assert message in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("diagnose none", "none holds no run"),
        ("diagnose runs/bars-1 none.npz", "there is no file or folder none.npz"),
        ("diagnose runs/bars-1 --ignore dead-unit", 'did you mean "dead-units"'),
        ("report none", "none holds no run"),
        ("report runs/bars-1 --output none/a.html", "the folder is missing"),
        ("report runs/bars-1 --budget soon", "budget must be a time above 0"),
        ("report runs/bars-1 --data none.npz", "there is no file or folder none.npz"),
        ("export-history none", "none holds no run"),
        ("export-history runs/bars-1 --output none/a.csv", "the folder is missing"),
    ],
)
def test_what_is_not_there_is_refused(capsys, words, message):
    assert entry.run(words.split()) == 2
    assert message in capsys.readouterr().err


def test_a_rule_can_be_passed_over(capsys):
    words = "diagnose runs/bars-1 --ignore dead-units --json"
    assert entry.run(words.split()) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "dead-units" not in {one["code"] for one in found}


def test_a_training_ends_with_the_verdict(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    save_bars(tmp_path / "bars.npz")
    assert entry.run(["train", "bars.npz", "--epochs", "2"]) == 0
    assert "\nverdict " in capsys.readouterr().out
    assert entry.run(["resume", "runs/bars-1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["diagnosis"]["verdict"]["basis"] == "curves"


def test_a_report_is_written_into_the_folder_of_its_run(here, capsys):
    assert entry.run(["report", "runs/bars-1"]) == 0
    assert capsys.readouterr().out == "runs/bars-1/report.html: 1 run\n"
    page = (here / "runs/bars-1/report.html").read_text("utf-8")
    assert 'id="run-1-confusion"' in page


def test_a_report_of_several_runs_is_written_here(here, capsys):
    assert entry.run(["report", "runs/bars-1", "runs/bars-1", "arrays", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {
        "report": "report.html",
        "runs": ["runs/bars-1", "runs/bars-1", "arrays"],
    }
    assert "3 runs compared" in (here / "report.html").read_text("utf-8")


def test_a_report_is_written_where_it_is_asked_for(here):
    words = "report runs/bars-1 --data bars.npz --output one.html"
    assert entry.run(words.split()) == 0
    assert (here / "one.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_report_shows_the_experiments_that_it_is_given_time_for(here):
    words = "report runs/bars-1 --budget 2s --output tried.html"
    assert entry.run(words.split()) == 0
    assert 'id="run-1-experiments"' in (here / "tried.html").read_text("utf-8")


def test_a_history_is_exported_for_tensorboard(here, capsys):
    assert entry.run(["export-history", "runs/bars-1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["epochs"] == len(Run.load("runs/bars-1").history)
    train, validation = document["files"]
    assert train.startswith("runs/bars-1/tensorboard/train/events.out.tfevents.")
    assert (here / validation).is_file()


def test_a_history_is_exported_as_csv(here, capsys):
    words = "export-history runs/bars-1 --output history.CSV"
    assert entry.run(words.split()) == 0
    assert capsys.readouterr().out == "history.CSV: 3 epochs\n"
    table = np.genfromtxt(here / "history.CSV", delimiter=",", names=True)
    assert table["epoch"].tolist() == [1, 2, 3]


def test_a_budget_is_spent_on_experiments(capsys, monkeypatch, tmp_path):
    from ranvier.diagnosis import experiments
    from ranvier.recipe import read_recipe

    monkeypatch.setattr(experiments, "SEEDS", 1)
    path = tmp_path / "next.toml"
    words = ["diagnose", "runs/bars-1", "--budget", "5 min", "--output", str(path)]
    assert entry.run([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["verdict"]["basis"] == "experiments"
    assert document["experiments"][0]["change"] == "nothing"
    assert path.exists() == (document["next"] is not None)
    if path.exists():
        assert read_recipe(path).recipe.to_dict() == document["next"]["recipe"]


def test_experiments_are_shown_as_a_table(capsys, monkeypatch):
    from ranvier.diagnosis import experiments

    monkeypatch.setattr(experiments, "SEEDS", 1)
    assert entry.run(["diagnose", "runs/bars-1", "--budget", "5 min"]) == 0
    said = capsys.readouterr().out
    assert "Experiments" in said
    assert "4 times the units" in said


def test_what_is_no_budget_is_refused(capsys):
    assert entry.run(["diagnose", "runs/bars-1", "--budget", "soon"]) == 2
    assert "budget must be a time above 0" in capsys.readouterr().err
