"""command: how soon the command line answers, and how much memory a training takes."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import interleaved
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite, say
from benchmarks.training.compare import note_rounds

LAUNCHER = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A process's peak counts what it was before exec: this one is small."""

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes


def command(suite: Suite) -> list[Result]:
    """Time `ranvier --help`, and read the memory of `ranvier train digits`."""
    found = shutil.which("ranvier", path=str(Path(sys.executable).parent))
    if found is None:
        suite.skip("ranvier --help", "the command is not installed beside this Python")
        return []
    return [_help(suite, found), _memory(suite, found)]


def _help(suite: Suite, ranvier: str) -> Result:
    def turn() -> float:
        start = time.perf_counter()
        subprocess.run([ranvier, "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    rounds = interleaved({OURS: turn}, suite.settings.repeats)
    note_rounds(suite, "help", rounds)
    return Result("ranvier-help", "ms", medians(rounds, scale=1e3)[0], {})


def _memory(suite: Suite, ranvier: str) -> Result:
    say("ranvier train digits …")
    shorter = ["--epochs", "1"] if suite.settings.is_quick else []
    arguments = [ranvier, "train", "digits", *shorter]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", LAUNCHER, *arguments],
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
        )
    peak = int(done.stdout.split()[-1]) * MAXRSS_UNIT
    return Result("train-digits-memory", "MB", peak / 1e6, {})
