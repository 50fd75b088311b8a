"""Users run the benchmarks, and get figures only where the mathematics is the same."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.training import crash_course, digits, wide
from benchmarks.training.agreement import DisagreementError, Judge
from benchmarks.training.numpy_loop import NumpyLoop
from benchmarks.training.rivals import RIVALS
from benchmarks.training.workload import Task
from ranvier.recipe import SGD

ROOT = Path(__file__).parents[2]
FORM = {"workload", "unit", "ours", "rivals", "ratio", "share_of_peak"}
MISSING = [rival.name for rival in RIVALS if rival.missing()]
ROWS = 3_000


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """A quick run beside NumPy, and beside those that are not installed."""
    folder = tmp_path_factory.mktemp("results")
    rivals = ",".join(["numpy", *MISSING])
    command = [sys.executable, "-m", "benchmarks", "--quick", "--rivals", rivals]
    command += ["--only", "crash-course", "--results", str(folder)]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done, folder


def test_results_have_the_agreed_form(trial):
    _, folder = trial
    (result,) = json.loads((folder / "trial.json").read_text())
    assert set(result) == FORM
    assert (result["workload"], result["unit"]) == ("crash-course", "µs/step")
    assert "numpy-1" in result["rivals"]
    best = min(result["rivals"].values())
    assert result["ratio"] == pytest.approx(best / result["ours"], rel=1e-3)
    assert 0 < result["share_of_peak"] < 1


def test_machine_is_told_beside_the_results(trial):
    _, folder = trial
    machine = json.loads((folder / "trial-machine.json").read_text())
    assert {"processor", "target", "threads", "versions", "date"} <= set(machine)
    assert set(machine["versions"]) >= {"python", "ranvier", "numpy"}
    assert len(machine["rounds"]["crash-course"]["ranvier"]) == machine["repeats"]


def test_table_names_ranvier_and_the_best_rival(trial):
    done, _ = trial
    assert re.search(
        r"\| crash-course \| µs/step \| \*\*[\d.]+\*\* .*numpy", done.stdout
    )


@pytest.mark.parametrize("name", MISSING)
def test_rivals_that_are_not_installed_are_skipped_by_name(trial, name):
    done, _ = trial
    assert re.search(rf"skipped {name}: .*(not installed|there is no)", done.stderr)


@pytest.mark.parametrize("form", NumpyLoop.forms)
@pytest.mark.parametrize(
    "workload",
    [crash_course.WORKLOAD, digits.WORKLOAD, wide.WITH_SGD, wide.WITH_ADAM],
    ids=lambda workload: workload.name,
)
def test_same_mathematics_is_let_in(workload, form):
    task = Task(workload.with_rows(ROWS))
    Judge(task).check(NumpyLoop(task, form, threads=1))


def test_other_mathematics_is_refused():
    workload = crash_course.WORKLOAD.with_rows(ROWS)
    faster = replace(workload.recipe, optimizer=SGD(15.1))
    other = NumpyLoop(Task(replace(workload, recipe=faster)), "floats", threads=1)
    with pytest.raises(DisagreementError, match=r"dense_1\.weight is off by 0\.00"):
        Judge(Task(workload)).check(other)
