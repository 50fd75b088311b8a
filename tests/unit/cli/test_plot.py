import json

import numpy as np
import pytest

from ranvier.cli import entry
from ranvier.network import ACTIVATIONS
from ranvier.report.pictures import fits
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


def test_optimizers_race_and_their_ends_are_told(here, capsys):
    words = (
        "plot race saddle --optimizer sgd=0.2 --optimizer adam --steps 30 --frames 3 "
        "--output race.svg --json"
    )
    assert entry.run(words.split()) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["title"] == "sgd and adam on saddle"
    assert "sgd at rate 0.2: at a bottom" in document["description"]
    assert document["description"] in (here / "race.svg").read_text("utf-8")


def test_a_race_is_a_gif_if_nothing_else_is_said(here, capsys):
    assert entry.run(["plot", "race", "saddle", "--steps", "10", "--frames", "2"]) == 0
    assert "race.gif: Contours of saddle" in capsys.readouterr().out
    assert (here / "race.gif").read_bytes().startswith(b"GIF89a")


def test_a_boundary_is_drawn_of_points_that_have_a_name(here, capsys):
    words = (
        "plot boundary xor --hidden 4 --activation relu --epochs 3 --frames 3 --seed 2 "
        "--output xor.svg"
    )
    assert entry.run(words.split()) == 0
    assert "of xor, while it learns 3 epochs" in capsys.readouterr().out
    assert (here / "xor.svg").read_text("utf-8").startswith("<svg")
    assert not (here / "runs").exists()


def test_a_boundary_is_learnt_by_lbfgs_and_by_a_rate_that_is_found(here, capsys):
    words = "plot boundary --epochs 3 --frames 2 --output a.svg"
    for options in ("--optimizer lbfgs", "--optimizer sgd --learning-rate auto"):
        assert entry.run([*words.split(), *options.split()]) == 0
        assert "learns 3 epochs" in capsys.readouterr().out


def test_a_boundary_is_drawn_of_a_table(here, capsys):
    kinds = ["no"] * 21 + ["yes"] * 19
    rows = [f"{n},{n % 7},{kind},{n % 3}x" for n, kind in enumerate(kinds)]
    (here / "own.csv").write_text("age,size,ill,more\n" + "\n".join(rows))
    words = (
        "plot boundary own.csv --target ill --column more=ignored --column age=number "
        "--epochs 2 --frames 2 --output own.png"
    )
    assert entry.run(words.split()) == 0
    assert "(no, yes) of own" in capsys.readouterr().out
    assert (here / "own.png").read_bytes().startswith(b"\x89PNG")


def test_the_loss_around_a_model_is_drawn_and_raced_on(here, capsys):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(40, 2))
    np.savez(here / "own.npz", X=inputs, y=(inputs[:, 0] > 0).astype(int))
    words = "train own.npz --hidden 4 --epochs 2 --folder run --output own.safetensors"
    assert entry.run(words.split()) == 0
    capsys.readouterr()
    for model in ("run", "own.safetensors"):
        words = f"plot surface {model} own.npz --points 5 --output {model}.svg"
        assert entry.run(words.split()) == 0
        assert "along two random directions" in capsys.readouterr().out
    words = "plot race run own.npz --optimizer sgd --steps 5 --frames 2"
    assert entry.run(words.split()) == 0
    assert "sgd at rate" in capsys.readouterr().out


def test_fits_are_drawn_and_told(here, capsys, monkeypatch):
    quick = tuple(one._replace(epochs=5) for one in fits.FITS)
    monkeypatch.setattr(fits, "FITS", quick)
    assert entry.run(["plot", "fits", "--seed", "3", "--output", "three.png"]) == 0
    assert "underfit, no hidden layer" in capsys.readouterr().out
    assert (here / "three.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("plot", "Missing command"),
        ("plot activations gela", 'did you mean "gelu"'),
        ("plot activations --output a.jpg", "end it in .svg or .png"),
        ("plot activations --output none/a.svg", "the folder is missing"),
        ("plot learning-rate none.npz", "none.npz"),
        ("plot race rosenbruck", 'did you mean "rosenbrock"'),
        ("plot race --optimizer adm", 'did you mean "adam"'),
        ("plot race --optimizer sgd=fast", "expected a name and its rate"),
        ("plot race --optimizer sgd=-1", "learning_rate"),
        ("plot race --output a.mp4", "end it in .svg, .gif or .png"),
        ("plot race --output none/a.gif", "the folder is missing"),
        ("plot race --steps 0", "steps=0: expected an integer"),
        ("plot race beale digits", "beale needs no data"),
        ("plot race nowhere", "there is no surface 'nowhere'"),
        ("plot race .", "give these too, as in ranvier plot race . DATA"),
        ("plot race nowhere digits", "there is no file or folder nowhere"),
        ("plot surface nowhere digits", "there is no file or folder nowhere"),
        ("plot surface nowhere digits --output a.gif", "end it in .svg or .png"),
        ("plot fits --rows 3", "rows=3: expected an integer from 8"),
        ("plot fits --output fits.gif", "end it in .svg or .png"),
        ("plot boundary moonz", 'did you mean "moons"'),
        ("plot boundary none.csv --target a", "none.csv"),
        ("plot boundary digits", "drawn over two numbers"),
        ("plot boundary --frames 1", "frames=1: expected an integer"),
        ("plot boundary --output a.jpg", "end it in .svg, .gif or .png"),
        ("plot boundary --hidden many", "--hidden many"),
    ],
)
def test_what_cannot_be_drawn_is_refused(capsys, words, message):
    assert entry.run(words.split()) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["activations", "learning-rate", "race", "surface", "fits", "boundary"]
)
def test_every_plot_has_help(capsys, name):
    assert entry.run(["plot", name, "-h"]) == 0
    assert "--json" in capsys.readouterr().out
