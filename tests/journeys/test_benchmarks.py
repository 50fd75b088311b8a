"""Users run the benchmarks, and get figures only where the mathematics is the same."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from benchmarks.catalogue import BENCHMARKS
from benchmarks.cost import steps as cost
from benchmarks.cost.sweep import Point, sizes
from benchmarks.goals import BEST, FIGURE, GOALS, RATE, SHARE, Goal
from benchmarks.inference import numpy_calls, ours
from benchmarks.inference import runner as inference
from benchmarks.inference.question import MANY_ROWS, ONE_ROW
from benchmarks.quality import __main__ as quality
from benchmarks.quality import defaults, recipes, small_sets, tables
from benchmarks.quality import task as task_of
from benchmarks.reading import __main__ as reading
from benchmarks.results import Result
from benchmarks.rivals import TRAINING
from benchmarks.training import (
    collisions,
    convolutions,
    crash_course,
    dense_floats,
    digits,
    ratings,
    table_adamw,
    wide,
)
from benchmarks.training.agreement import DisagreementError, Judge
from benchmarks.training.numpy_loop import NumpyLoop
from benchmarks.training.ours import Ours
from benchmarks.training.workload import Task
from ranvier.recipe import SGD

ROOT = Path(__file__).parents[2]
FORM = {
    *("workload", "unit", "ours", "rivals", "ratio", "share_of_peak"),
    *("samples_per_second", "gflops", "goal", "reached", "missed", "accuracy"),
}
MISSING = [rival.name for rival in TRAINING if rival.missing()]
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
    assert "numpy" in result["rivals"]
    best = min(result["rivals"].values())
    assert result["ratio"] == pytest.approx(best / result["ours"], rel=1e-3)
    machine = json.loads((folder / "trial-machine.json").read_text())
    share = result["gflops"] / machine["peak_gflops"]["all_cores"]
    assert result["share_of_peak"] >= share * (1 - 1e-3)  # a later peak may be higher


def test_machine_is_told_beside_the_results(trial):
    _, folder = trial
    machine = json.loads((folder / "trial-machine.json").read_text())
    assert {"processor", "target", "threads", "versions", "date"} <= set(machine)
    assert set(machine["versions"]) >= {"python", "ranvier", "numpy"}
    assert len(machine["rounds"]["crash-course"]["ranvier"]) == machine["repeats"]


def test_goals_are_told_beside_the_results(trial):
    done, folder = trial
    (result,) = json.loads((folder / "trial.json").read_text())
    assert "≤ 4 µs/step" in result["goal"]
    assert result["reached"] is (result["missed"] is None)
    assert re.search(r"\| ≤ 4 µs/step; .*\| (yes|no: )", done.stdout)


@pytest.mark.parametrize(
    ("measure", "bound", "is_reached"),
    [
        (FIGURE, 4.0, True),
        (FIGURE, 3.9, False),
        (RATE, 100, True),
        (RATE, 101, False),
        (SHARE, 0.5, True),
        (SHARE, 0.51, False),
        (BEST, 2.0, True),
        (BEST, 2.1, False),
        ("slow", 10.0, True),
        ("slow", 10.1, False),
        ("absent", 1.0, None),
    ],
)
def test_goal_is_reached_at_its_bound(measure, bound, is_reached):
    rivals = {"quick-a": 8.0, "slow-a": 44.0, "slow-b": 40.0}
    result = Result("task", "s", 4.0, rivals, rate=100, operations=1.0, peak=2.0)
    assert Goal(measure, bound).is_reached(result) is is_reached


def test_every_goal_is_of_a_benchmark():
    names = tuple(BENCHMARKS)
    assert [name for name in GOALS if not name.startswith(names)] == []


@pytest.mark.parametrize("contender", [ours.Ours, numpy_calls.NumpyCalls])
@pytest.mark.parametrize("question", [ONE_ROW, MANY_ROWS], ids=lambda one: one.name)
def test_same_answers_are_let_in(question, contender):
    for form in contender.forms:
        call, rows = contender(question, form, 1).prepared()
        inference.check(question, call(rows))


def test_other_answers_are_refused():
    with pytest.raises(inference.DisagreementError, match=r"off by 0\.001"):
        inference.check(ONE_ROW, ONE_ROW.truth + 0.001)


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
    [
        crash_course.WORKLOAD,
        dense_floats.WORKLOAD,
        digits.WORKLOAD,
        wide.WITH_SGD,
        wide.WITH_ADAM,
        collisions.WORKLOAD,
        table_adamw.WORKLOAD,
    ],
    ids=lambda workload: workload.name,
)
def test_same_mathematics_is_let_in(workload, form):
    task = Task(workload.with_rows(ROWS))
    Judge(task).check(NumpyLoop(task, form, threads=1))


@pytest.mark.parametrize(
    "workload",
    [convolutions.OF_32.with_rows(100), ratings.WORKLOAD.with_rows(600)],
    ids=lambda workload: workload.name,
)
def test_ranvier_learns_every_kind_of_layer_as_the_reference_does(workload):
    task = Task(workload)
    Judge(task).check(Ours(task, "native", threads=1))


@pytest.mark.parametrize(
    ("workload", "operations"),
    [
        (crash_course.WORKLOAD, 4 * 784 * 15 + 6 * 15 * 10),
        (
            convolutions.OF_32,
            4 * 28 * 28 * 9 * 16 + 6 * (14 * 14 * 9 * 16 * 32 + 7 * 7 * 32 * 10),
        ),
        (ratings.WORKLOAD, 6 * (128 * 64 + 64)),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_operations_are_those_of_the_products(workload, operations):
    assert workload.operations == operations


def test_other_mathematics_is_refused():
    workload = crash_course.WORKLOAD.with_rows(ROWS)
    faster = replace(workload.recipe, optimizer=SGD(15.1))
    other = NumpyLoop(Task(replace(workload, recipe=faster)), "floats", threads=1)
    with pytest.raises(DisagreementError, match=r"dense_1\.weight is off by 0\.00"):
        Judge(Task(workload)).check(other)


def test_steps_of_cost_are_told():
    points = [
        Point(30, 5.0, None, 30),
        Point(31, 9.0, None, 31),  # dearer than the next: it stands on a cliff
        Point(32, 5.2, None, 32),
        Point(33, 5.4, None, 33),
        Point(64, 9.9, None, 64),  # grows as its work does
    ]
    assert cost.steps(points) == [(30, 31, 1.74), (32, 31, 1.79)]


def test_more_threads_are_no_step_unless_slower():
    quicker = [Point(1, 9.0, None, 1.0), Point(2, 5.0, None, 1.0)]
    slower = [Point(1, 5.0, None, 1.0), Point(2, 9.0, None, 1.0)]
    assert cost.steps(quicker) == []
    assert cost.steps(slower) == [(1, 2, 1.8)]


def test_cost_is_written_and_drawn(tmp_path):
    command = [sys.executable, "-m", "benchmarks.cost", "--quick", "--alone"]
    command += ["--only", "threads", "--repeats", "1", "--results", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, timeout=60)
    (sweep,) = json.loads((tmp_path / "cost-trial.json").read_text())["sweeps"]
    assert sweep["along"] == "threads"
    assert [point["size"] for point in sweep["points"]][:1] == [1]
    assert "<svg" in (tmp_path / "cost-trial.svg").read_text()


def test_sizes_have_their_odd_neighbours():
    assert set(sizes(64)) >= {31, 32, 33, 48, 63, 64}
    assert max(sizes(64)) == 64


@pytest.mark.parametrize(
    ("mean", "weights", "seconds", "is_reached"),
    [
        (0.99, 100, 5.0, True),
        (0.98, 100, 5.0, False),
        (0.99, 101, 5.0, False),
        (0.99, 100, 5.1, False),
    ],
)
def test_quality_is_reached_in_all_its_parts(mean, weights, seconds, is_reached):
    task = task_of.Task(
        "some", "accuracy", float, 0.99, most_weights=100, most_seconds=5.0
    )
    assert task_of.is_reached(task, mean, weights, seconds) is is_reached


def test_less_is_better_of_errors():
    task = task_of.Task("some", "rmse", float, 0.5, is_error=True)
    assert task_of.is_reached(task, 0.4, None, 1.0)
    assert not task_of.is_reached(task, 0.6, None, 1.0)


def test_quality_names_what_is_not_here(capsys):
    task = recipes._task("digits", "no-such-data", 0.9)
    assert quality.row(task, 1) is None
    assert re.search("digits is left out: .*no-such", capsys.readouterr().out)


def test_rows_of_other_tasks_stay_in_the_file(tmp_path):
    path = tmp_path / "quality.json"
    quality.kept([{"task": "adult", "mean": 0.1}, {"task": "ames", "mean": 0.2}], path)
    rows = quality.kept([{"task": "adult", "mean": 0.3}], path)
    assert [(one["task"], one["mean"]) for one in rows] == [
        ("adult", 0.3),
        ("ames", 0.2),
    ]


def test_a_table_is_judged_by_the_defaults():
    def line():
        frame = pl.DataFrame({"x": [float(n % 7) for n in range(300)]})
        return tables.Frame(frame.with_columns(y=pl.col("x") * 2 + 1), "y")

    assert defaults.figure(line, "r2", 0) > 0.9


def test_a_small_set_is_set_beside_the_rival(monkeypatch):
    monkeypatch.setattr(small_sets, "rival", lambda parts: 0.5)
    monkeypatch.setattr(small_sets, "FOLDS", 2)
    assert defaults.beyond("iris", 0) > 0.3


def test_reading_training_and_answering_a_large_file_are_measured(tmp_path):
    reading.main(
        [*("--bytes", "60000", "--turns", "1"), "--results", str(tmp_path / "results")]
    )
    read, described, trained, answered = json.loads(
        (tmp_path / "results" / "reading.json").read_text()
    )
    assert read["task"] == "polars.read_csv"
    assert described["ratio"] == pytest.approx(
        described["seconds"] / read["seconds"], rel=0.02
    )
    assert (trained["reached"], trained["epochs"]) == (True, 1)
    assert all(one["resident"] > 50 for one in (read, described, trained))
    assert (answered["task"], answered["reached"]) == ("ranvier predict", True)
