"""Each command as a user sees it in a terminal, with bars, colours and Ctrl-C."""

import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ranvier import Model, Run
from tests.support.commands import PROGRAM, QUIET, ranvier

FEW = ("--epochs", 3)
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][;m]|\x1b\[[0-9;]*[34]8;")
Typed = Callable[..., Any]


@pytest.fixture
def typed() -> Iterator[Typed]:
    """Start a command in a terminal of 100 columns."""
    pexpect = pytest.importorskip("pexpect")
    children = []

    def start(*words: object, cwd: Path, **environment: str) -> Any:
        without_columns = {k: v for k, v in QUIET.items() if k != "COLUMNS"}
        child = pexpect.spawn(
            str(PROGRAM),
            [str(word) for word in words],
            cwd=str(cwd),
            env=without_columns | {"TERM": "xterm-256color"} | environment,
            dimensions=(40, 100),
            encoding="utf-8",
            timeout=60,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.close(force=True)


def seen(child: Any) -> str:
    """Return all that a command writes to its end."""
    child.expect(pytest.importorskip("pexpect").EOF)
    child.wait()
    return str(child.before)


forking = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@forking
def test_a_terminal_shows_a_bar_in_colours(here, typed):
    child = typed("train", "bars.npz", *FEW, cwd=here)
    screen = seen(child)
    assert child.exitstatus == 0
    assert "━" in screen
    assert re.search(r"epoch 3/3 .*val_loss \d", screen)
    assert COLOUR.search(screen)
    assert screen.rstrip().endswith("model.safetensors")


@forking
def test_no_color_is_respected(here, typed):
    child = typed("train", "bars.npz", *FEW, cwd=here, NO_COLOR="1")
    screen = seen(child)
    assert child.exitstatus == 0
    assert "━" in screen
    assert not COLOUR.search(screen)


@forking
def test_a_dumb_terminal_gets_plain_lines(here, typed):
    screen = seen(typed("train", "bars.npz", *FEW, cwd=here, TERM="dumb"))
    assert "\x1b" not in screen
    assert re.search(r"^epoch 3/3: loss", screen, re.MULTILINE)


@forking
def test_errors_are_one_line_in_a_terminal_too(here, typed):
    child = typed("train", "digist", cwd=here)
    screen = re.sub(r"\x1b\[[\d;]*m", "", seen(child))
    assert child.exitstatus == 2
    assert screen.startswith("error: there are no data called 'digist'")
    assert screen.count("error") == 1


@forking
def test_ctrl_c_says_how_to_go_on_and_it_does(here, typed):
    child = typed("train", "bars.npz", "--epochs", 10**6, "--no-stopping", cwd=here)
    child.expect(r"epoch [1-9]")
    child.sendintr()
    screen = seen(child)
    assert child.exitstatus == 130
    last = screen.strip().splitlines()[-1]
    assert last.endswith("go on with: ranvier resume runs/bars-1")
    assert "\x1b[?25h" in screen, "the cursor is shown again"
    done = len(Run.load(here / "runs/bars-1").history)
    assert done >= 1
    resumed = ranvier("resume", "runs/bars-1", "--epochs", done + 1, cwd=here)
    assert resumed.status == 0, resumed.err
    assert Model.load(here / "runs/bars-1/model.safetensors").schema.name == "bars"


def test_ctrl_c_in_a_pipe_is_one_last_line(here):
    process = subprocess.Popen(
        [
            PROGRAM,
            "train",
            "bars.npz",
            "--epochs",
            "1000000",
            "--no-stopping",
            "--json",
        ],
        cwd=here,
        env=QUIET,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        for line in process.stderr:
            if line.startswith("epoch 2"):
                break
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "ranvier resume runs/bars-1" in json.loads(out)["error"]
