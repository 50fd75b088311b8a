import pytest

from ranvier import __version__
from ranvier.cli import doctor as module
from ranvier.cli.doctor import doctor
from ranvier.engine import choose
from ranvier.registry import Registry
from tests.support.screens import lines

TARGET = "RANVIER_TARGET"


@pytest.fixture(autouse=True)
def unset(monkeypatch) -> None:
    monkeypatch.delenv(TARGET, raising=False)


def test_versions_threads_and_engines_are_said():
    document = doctor().document
    assert document["ranvier"] == __version__
    assert document["threads"] >= 1
    assert document["engines"]["reference"] is None
    assert set(document["engines"]) == set(choose.ENGINES)


def test_a_missing_engine_says_what_it_lacks(monkeypatch):
    engines = {"native": ("ranvier.engine.none_such", "NoneSuch")}
    monkeypatch.setattr(choose, "ENGINES", Registry("engine", engines))
    answer = doctor()
    assert "none_such" in answer.document["engines"]["native"]
    assert any("none_such" in line for line in lines(answer.text, 300))


def test_the_fastest_target_is_chosen(monkeypatch):
    monkeypatch.setattr(module, "_targets", lambda: ["avx2", "baseline"])
    answer = doctor()
    assert answer.document["target"] == "avx2"
    assert "target            avx2; also here: baseline" in lines(answer.text)


def test_the_target_asked_for_is_chosen(monkeypatch):
    monkeypatch.setattr(module, "_targets", lambda: ["avx2", "baseline"])
    monkeypatch.setenv(TARGET, "baseline")
    answer = doctor()
    assert answer.document["target"] == "baseline"
    assert lines(answer.text)[-1].split() == [TARGET, "baseline"]


def test_a_target_that_is_not_here_is_said(monkeypatch):
    monkeypatch.setattr(module, "_targets", lambda: ["baseline"])
    monkeypatch.setenv(TARGET, "abacus")
    answer = doctor()
    assert answer.document["target"] is None
    assert any("unset it, or name one of them" in line for line in lines(answer.text))


def test_without_the_native_engine_there_are_no_targets(monkeypatch):
    monkeypatch.setattr(module, "_targets", list)
    document = doctor().document
    assert (document["targets"], document["target"]) == ([], None)
