"""page: how long the report of a run of 30 epochs on digits takes to be written."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measure import interleaved, seconds
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.compare import note_rounds
from ranvier import data, read_recipe, train
from ranvier.report import write_report

EPOCHS = 30


def page(suite: Suite) -> list[Result]:
    """Time the page from Python, its data at hand, and the command from its start."""
    say(f"report of {EPOCHS} epochs: {suite.settings.repeats} rounds …")
    digits, named = data.load("digits"), read_recipe("crash-course")
    with tempfile.TemporaryDirectory() as name:
        run = train(named.network, digits, named.recipe, folder=f"{name}/run")
        assert len(run.history) == EPOCHS
        path = Path(name) / "report.html"
        results = [_timed(suite, "report", partial(write_report, run, digits, path))]
        found = shutil.which("ranvier", path=str(Path(sys.executable).parent))
        if found is None:
            suite.skip("ranvier report", "the command is not installed here")
            return results
        words = [found, "report", f"{name}/run", "--output", str(path)]
        command = partial(subprocess.run, words, check=True, capture_output=True)
        return [*results, _timed(suite, "report-command", command)]


def _timed(suite: Suite, name: str, work: Callable[[], object]) -> Result:
    work()  # what is imported once is no part of it
    rounds = interleaved({OURS: lambda: seconds(work)}, suite.settings.repeats)
    note_rounds(suite, name, rounds)
    suite.notes["workloads"][name] = f"the page of {EPOCHS} epochs on digits"
    return Result(name, "s", medians(rounds)[0], {})
