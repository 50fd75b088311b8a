import json

import pytest

from ranvier.cli import entry
from ranvier.network import ACTIVATIONS
from tests.support.commands import save_bars


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_activations_are_drawn_into_one_file(here, capsys):
    assert entry.run(["plot", "activations"]) == 0
    assert f"activations.svg: {len(ACTIVATIONS)} activations" in capsys.readouterr().out
    assert (here / "activations.svg").read_text("utf-8").startswith("<svg")


def test_some_are_drawn_where_and_as_is_asked(here, capsys):
    words = "plot activations gelu tanh --output two.png --json"
    assert entry.run(words.split()) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {"picture": "two.png", "activations": ["gelu", "tanh"]}
    assert (here / "two.png").read_bytes().startswith(b"\x89PNG")


def test_a_sweep_is_drawn_and_told(here, capsys):
    save_bars(here / "bars.npz")
    words = "plot learning-rate bars.npz --optimizer sgd --output rates.svg --json"
    assert entry.run(words.split()) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["rates"]) == len(document["losses"]) > 100
    assert document["suggestion"] > 0
    assert document["reason"] in (here / "rates.svg").read_text("utf-8")
    assert not (here / "runs").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("plot", "Missing command"),
        ("plot activations gela", 'did you mean "gelu"'),
        ("plot activations --output a.jpg", "end it in .svg or .png"),
        ("plot activations --output none/a.svg", "the folder is missing"),
        ("plot learning-rate none.npz", "none.npz"),
    ],
)
def test_what_cannot_be_drawn_is_refused(capsys, words, message):
    assert entry.run(words.split()) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["activations", "learning-rate"])
def test_every_plot_has_help(capsys, name):
    assert entry.run(["plot", name, "-h"]) == 0
    assert "--json" in capsys.readouterr().out
