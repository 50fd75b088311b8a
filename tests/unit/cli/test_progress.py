import io
import re

import pytest
from rich.console import Console

from ranvier.cli.progress import Bar, Lines, Watcher
from ranvier.training import Epoch, EpochEnded, Finished, Run, Started
from tests.support.learning import trained


@pytest.fixture(scope="module")
def run() -> Run:
    return trained()


@pytest.fixture
def plain(monkeypatch) -> None:
    """Let standard error be no terminal, whatever the environment wishes."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


EPOCH = Epoch(6, 0.5, 0.75, 0.25, 0.875, 0.1, {}, 1.25)


def screen(width: int = 80, terminal: bool = True) -> Console:
    return Console(
        file=io.StringIO(), width=width, force_terminal=terminal, color_system=None
    )


def test_in_a_pipe_an_epoch_is_a_line(run):
    console = screen(terminal=False)
    view = Lines(console)
    view.start(run)
    view.advance(run, EPOCH)
    view.close()
    assert console.file.getvalue() == (
        "epoch 6/6: loss 0.5000, val_loss 0.2500, val_accuracy 87.50 %, 1.2 s\n"
    )


@pytest.mark.parametrize("width", [80, 100, 200])
def test_in_a_terminal_a_bar_with_both_losses_fits_beside_a_ctrl_c(run, width):
    console = screen(width)
    view = Bar(console)
    view.start(run)
    view.advance(run, EPOCH)
    view.close()
    written = re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", console.file.getvalue())
    drawn = written[written.rindex("epoch") :].splitlines()[0]
    assert drawn.startswith("epoch 6/6 ━━━━━━━━")
    assert "loss 0.5000  val_loss 0.2500  val_accuracy 87.50 %" in drawn
    assert len(drawn) <= width - len("^C")


def test_a_bar_in_a_narrow_terminal_leaves_the_time_out(run):
    console = screen(60)
    view = Bar(console)
    view.start(run)
    view.close()
    assert "0:00" not in console.file.getvalue()


def test_a_view_can_be_closed_before_it_began_and_twice():
    console = screen()
    view = Bar(console)
    view.close()
    view.close()
    assert console.file.getvalue() == ""


def test_a_watcher_says_the_design_then_each_epoch(run, capsys, plain):
    with Watcher() as watcher:
        watcher.tell(Started(run))
        watcher.tell(EpochEnded(run, EPOCH))
        watcher.tell(Finished(run))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0].startswith("data     data: 72 rows to learn from")
    assert err.splitlines()[-1].startswith("epoch 6/6: loss 0.5000")


def test_ctrl_c_says_how_to_go_on(run, monkeypatch):
    monkeypatch.setattr(run, "folder", "runs/my digits")
    watcher = Watcher()
    with (
        pytest.raises(KeyboardInterrupt, match=r"ranvier resume 'runs/my digits'$"),
        watcher,
    ):
        watcher.tell(EpochEnded(run, EPOCH))
        raise KeyboardInterrupt


def test_ctrl_c_before_there_is_a_run_says_nothing_of_one():
    with pytest.raises(KeyboardInterrupt, match=r"^$"), Watcher():
        raise KeyboardInterrupt


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError), Watcher():
        raise ZeroDivisionError
