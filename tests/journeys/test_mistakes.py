"""Every mistake that a user can type is one line, and no traceback."""

import os
import re

import pytest

from ranvier.cli import entry
from tests.support.commands import Outcome, ranvier

MISTAKES = {
    "trian bars.npz": "Did you mean 'train'",
    "train": "Missing argument 'DATA'",
    "train bars.npz --epoch 3": "--epochs",
    "train bars.npz --nothing": "No such option: --nothing",
    "train bars.npz more": "unexpected extra argument",
    "train digist": 'did you mean "digits"',
    "describe": "Missing argument 'FILE'",
    "describe digist": 'did you mean "digits"',
    "describe none.csv": "none.csv",
    "describe bars.npz --target label": "bars.npz is no table",
    "describe coins.csv --column size": "expected a column and its kind",
    "describe coins.csv --column size=nubmer": 'did you mean "number"',
    "describe coins.csv --column sizes=count": 'did you mean "size"',
    "describe coins.csv --target sidee": 'did you mean "side"',
    "describe head.csv": "head.csv",
    "train none.npz": "there is no file or folder none.npz",
    "train empty.npz": "empty.npz cannot be read",
    "train bars.model": "bars.model is no kind of file",
    "train hollow": "hollow is an empty folder; give a table",
    "train bars.npz --recipe crash-curse": 'did you mean "crash-course"',
    "train bars.npz --recipe no.toml": "is no TOML",
    "train bars.npz --recipe crash-course": "give it as many",
    "train bars.npz --learning-rate fast": "expected a number, as in 0.01, or auto",
    "train bars.npz --network none.toml": "there is no network 'none.toml'",
    "train bars.npz --network no.toml": "is no TOML",
    "train bars.npz --l2 -1": "l2 must be zero or a positive number, got -1",
    "train bars.npz --clip-norm 0": "norm must be a positive number or None",
    "train bars.npz --class-weight cat": "as in cat=2,dog=0.5",
    "train bars.npz --class-weight cat=2": "'cat', which is no class of bars",
    "train bars.npz --epochs -3": "epochs must be a positive integer, got -3",
    "train bars.npz --epochs many": "many",
    "train bars.npz --hidden abc": "--hidden abc: expected the number of nodes",
    "train bars.npz --hidden -5": "units must be a positive integer, got -5",
    "train bars.npz --activation rulu": 'did you mean "relu"',
    "train bars.npz --loss mes": 'did you mean "mse"',
    "train bars.npz --optimizer adm": 'did you mean "adam"',
    "train bars.npz --learning-rate nan": "learning_rate must be a positive number",
    "train bars.npz --engine natve": 'did you mean "native"',
    "train bars.npz --threads 0": "threads must be a positive integer",
    "train bars.npz --validation 2": "validation must be a share",
    "train bars.npz --name bars-1": "holds a run already",
    "train bars.npz --name a/b": "expected the name of one folder",
    "train bars.npz --name a --folder b": "give one of them",
    "train bars.npz --folder bars.model/run": "cannot be written",
    "train bars.npz --output none/model": "the folder is missing",
    "resume none": "none holds no run",
    "resume runs/bars-1 --epochs 1": "has 3 epochs already",
    "evaluate none bars.npz": "there is no file or folder none",
    "evaluate bars.model sums.npz": "the model was trained on",
    "predict text.model whole.png": "no whole safetensors file",
    "predict empty.model whole.png": "no whole safetensors file",
    "predict cut.model whole.png": "no whole safetensors file",
    "predict hollow whole.png": "hollow holds no run",
    "predict bars.model": "Missing argument",
    "predict bars.model cut.png": "cut.png cannot be read as a picture",
    "predict bars.model empty.png": "empty.png cannot be read as a picture",
    "predict bars.model hollow": "hollow holds no files; give a folder with files",
    "predict bars.model none.png": "there is no picture none.png",
    "predict bars.model empty.npy": "empty.npy cannot be read as rows",
    "summary none": "there is no model, run or recipe none",
    "summary --svg hollow": "that is no file",
}


TYPED = [
    "trian bars.npz",
    "train bars.npz --epoch 3",
    "train digist",
    "train empty.npz",
    "train bars.npz --hidden abc",
    "predict cut.model whole.png",
    "predict bars.model cut.png",
    "train bars.npz --folder bars.model/run",
]
"""One mistake of each kind, to be made in a process of its own."""


def assert_one_line(done: Outcome, words: str) -> None:
    assert (done.status, done.out) == (2, "")
    assert re.fullmatch(r"error: [^\n]+\n", done.err)
    assert MISTAKES[words] in done.err


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_one_line_with_status_2(bars, words, monkeypatch, capsys):
    monkeypatch.chdir(bars)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    status = entry.run(words.split())
    assert_one_line(Outcome(status, *capsys.readouterr()), words)


@pytest.mark.parametrize("words", TYPED)
def test_a_mistake_as_it_is_typed_is_one_line_with_status_2(bars, words):
    assert_one_line(ranvier(*words.split(), cwd=bars), words)


def test_a_training_that_diverges_says_what_to_try(here):
    words = ("--learning-rate", 1e30, "--optimizer", "sgd")
    done = ranvier("train", "bars.npz", *words, cwd=here)
    assert done.status == 2
    assert re.search(
        r"^error: diverged in epoch 1.*learning_rate", done.err.splitlines()[-1]
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_a_mistake(here):
    (here / "closed").mkdir(mode=0o500)
    done = ranvier("train", "bars.npz", "--folder", "closed/run", cwd=here)
    assert done.status == 2
    assert re.fullmatch(r"error: closed/run cannot be written[^\n]+\n", done.err)


def test_a_processor_without_the_target_asked_for_is_told(here):
    done = ranvier("train", "bars.npz", cwd=here, RANVIER_TARGET="abacus")
    assert done.status == 2
    assert re.search(r"error: .*RANVIER_TARGET", done.err)


def test_debug_shows_the_traceback(bars):
    done = ranvier("train", "none.npz", "--debug", cwd=bars)
    assert done.status == 2
    assert done.err.startswith("Traceback")
    assert done.err.splitlines()[-1].startswith("error: there is no file")
