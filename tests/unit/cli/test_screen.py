import json
import math
import sys

import numpy as np
import pytest

from ranvier.cli.failures import Failure, ReaderLeftError
from ranvier.cli.screen import Answer, console, show, write_failure
from ranvier.errors import FileError
from ranvier.report import Facts


class Unwritable:
    """Stand for a standard output that cannot be written."""

    encoding = "utf-8"

    def __init__(self, error: OSError) -> None:
        self._error = error

    def write(self, text: str) -> int:
        raise self._error

    def flush(self) -> None:
        raise self._error

    def isatty(self) -> bool:
        return False


ANSWER = Answer({"loss": 0.5}, Facts({"loss": "0.5"}))


def test_people_get_the_text_and_programs_the_document(capsys):
    show(ANSWER, as_json=False)
    assert capsys.readouterr().out == "loss  0.5\n"
    show(ANSWER, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"loss": 0.5}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_numbers_that_json_lacks_are_null(capsys, value):
    show(Answer({"losses": [{"val": (value, 1.0)}]}, ""), as_json=True)
    assert json.loads(capsys.readouterr().out) == {"losses": [{"val": [None, 1.0]}]}


def test_a_failure_is_one_line_on_standard_error(capsys):
    line = "x " * 200 + "[bold]end"
    write_failure(Failure(line, 2), as_json=False)
    assert capsys.readouterr() == ("", f"error: {line}\n")


def test_a_stop_is_no_error(capsys):
    write_failure(Failure("stopped.", 130), as_json=False)
    assert capsys.readouterr().err == "stopped.\n"


def test_a_failure_is_a_document_for_programs(capsys):
    write_failure(Failure("no", 2), as_json=True)
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == ({"error": "no"}, "")


def test_a_failure_that_cannot_be_a_document_is_a_line(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Unwritable(OSError(28, "No space left")))
    write_failure(Failure("no", 2), as_json=True)
    assert capsys.readouterr().err == "error: no\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_full_disk_is_said(monkeypatch, as_json):
    monkeypatch.setattr(sys, "stdout", Unwritable(OSError(28, "No space left")))
    with pytest.raises(FileError, match=r"cannot be written \(No space left\)"):
        show(ANSWER, as_json=as_json)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_reader_that_left_is_told_apart(monkeypatch, as_json):
    monkeypatch.setattr(sys, "stdout", Unwritable(BrokenPipeError(32, "Broken pipe")))
    with pytest.raises(ReaderLeftError):
        show(ANSWER, as_json=as_json)


def test_numbers_and_paths_are_not_highlighted(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    screen = console(stderr=False)
    with screen.capture() as captured:
        screen.print("runs/digits-1 has 10 rows :smile:")
    assert captured.get() == "runs/digits-1 has 10 rows :smile:\n"
