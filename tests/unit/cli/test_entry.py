import gc
import json
import sys

import pytest

import ranvier
from ranvier.cli import app, entry


def test_version_is_said(capsys):
    assert entry.run(["--version"]) == 0
    assert capsys.readouterr().out == f"ranvier {ranvier.__version__}\n"


def test_help_names_every_command(capsys):
    assert entry.run(["--help"]) == 0
    help_text = capsys.readouterr().out
    for command in app.COMMANDS:
        assert f" {command.__name__.replace('_', '-')} " in help_text


@pytest.mark.parametrize("command", app.COMMANDS, ids=lambda one: one.__name__)
def test_every_command_has_help(capsys, command):
    assert entry.run([command.__name__.replace("_", "-"), "-h"]) == 0
    assert "--json" in capsys.readouterr().out


def test_no_words_show_the_help_and_are_wrong(capsys):
    assert entry.run([]) == 2
    assert "Usage: ranvier" in capsys.readouterr().out


def broken(*args: object, **options: object) -> None:
    raise RuntimeError("unforeseen")


@pytest.fixture
def defect(monkeypatch) -> None:
    monkeypatch.setattr(entry, "_run", broken)


def test_a_defect_is_a_line_with_status_1(capsys, defect):
    assert entry.run(["doctor"]) == 1
    err = capsys.readouterr().err
    assert err.startswith(
        "error: this is a defect of ranvier: RuntimeError: unforeseen;"
    )
    assert err.count("\n") == 1


def test_debug_shows_the_traceback(capsys, defect):
    assert entry.run(["doctor", "--debug"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert err.splitlines()[-1].startswith("error: this is a defect")


def test_json_makes_an_error_a_document(capsys, defect):
    assert entry.run(["doctor", "--json"]) == 1
    out, err = capsys.readouterr()
    assert "unforeseen" in json.loads(out)["error"]
    assert err == ""


def test_words_after_two_dashes_are_no_flags(capsys, defect):
    assert entry.run(["predict", "model", "--", "--json"]) == 1
    assert capsys.readouterr().out == ""


def test_a_status_of_typer_is_kept(monkeypatch):
    monkeypatch.setattr(entry, "_run", lambda words: sys.exit(7))
    assert entry.run([]) == 7


def test_main_exits_with_the_status(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["ranvier", "--version"])
    with pytest.raises(SystemExit) as leaving:
        entry.main()
    gc.unfreeze()
    assert leaving.value.code == 0
