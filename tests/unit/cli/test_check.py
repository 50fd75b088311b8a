import json

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

from ranvier.cli import entry


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cancer = load_breast_cancer()
    faint = (cancer.data > np.median(cancer.data, axis=0)).astype(np.uint8)
    np.savez(tmp_path / "sound.npz", X=cancer.data, y=cancer.target)
    np.savez(tmp_path / "faint.npz", X=faint, y=cancer.target)
    return tmp_path


def document(capsys, *words):
    assert entry.run(["check", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_sound_data_pass_every_check(here, capsys):
    assert entry.run(["check", "sound.npz"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("findings  none\npassed    does-not-fit, loss-and-output")
    assert err == ""
    assert not (here / "runs").exists()


def test_a_finding_is_told_with_its_evidence_cause_and_remedy(here, capsys):
    assert entry.run(["check", "faint.npz", "--seconds", "0"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "findings  1"
    assert lines[2] == "skipped   one-batch, no-signal"
    assert lines[4] == "error unscaled-inputs"
    assert [line.split()[0] for line in lines[5:]] == ["evidence", "cause", "remedy"]


def test_a_check_is_a_document(here, capsys):
    found = document(capsys, "faint.npz", "--seconds", "0")
    assert [one["code"] for one in found["findings"]] == ["unscaled-inputs"]
    assert found["skipped"] == ["one-batch", "no-signal"]


def test_a_check_can_be_passed_over(here, capsys):
    words = ("faint.npz", "--seconds", "0", "--ignore", "unscaled-inputs")
    assert document(capsys, *words)["findings"] == []


def test_what_train_refuses_is_a_finding(here, capsys):
    (here / "net.toml").write_text(
        'layers = [{ type = "dense", units = 3, activation = "softmax" }]\n'
    )
    found = document(capsys, "sound.npz", "--network", "net.toml")
    assert [one["code"] for one in found["findings"]] == ["labels-and-output"]


def test_an_unknown_check_is_refused(here, capsys):
    assert entry.run(["check", "sound.npz", "--ignore", "scale"]) == 2
    assert "there is no check 'scale'" in capsys.readouterr().err


def test_errors_that_show_at_once_are_said_before_the_first_epoch(here, capsys):
    assert entry.run(["train", "faint.npz", "--epochs", "1"]) == 0
    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith("mind: all inputs that are not 0 have a root mean square")
    assert not any(line.startswith("mind: ") for line in others)


def test_sound_data_are_trained_without_a_word(here, capsys):
    assert entry.run(["train", "sound.npz", "--epochs", "1"]) == 0
    assert "mind: " not in capsys.readouterr().err


def test_what_train_refuses_is_said_once(here, capsys):
    assert entry.run(["train", "sound.npz", "--class-weight", "sitting=2"]) == 2
    assert capsys.readouterr().err.startswith("error: class_weight names 'sitting'")
