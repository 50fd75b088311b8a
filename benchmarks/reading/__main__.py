"""Measure how long a large CSV takes to be described, learnt and answered, and memory.

Writes a file of 1 GB into a folder that is removed afterwards, lets Polars read it and
ranvier describe it in turns, each in a process of its own, trains on it for an epoch,
and writes it with the answers. Writes benchmarks/results/reading.json, a list of
{task, seconds, ratio, processor, resident, own, waited, goal, reached}: seconds and
processor seconds are medians, the memory is that of the turn that took most, in MB,
with the pages of mapped files (resident) and without (own), `waited` the share of an
epoch without a row ready.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import load_average
from benchmarks.measure import interleaved
from benchmarks.reading.peak import Peak, run
from benchmarks.results import OURS
from benchmarks.suite import say

GB = 10**9
RATIO, MEMORY = 1.5, 2 * GB
_RUN = "run"  # the folder of what is trained, and then answers
ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, write and print."""
    asked = _parser().parse_args(arguments)
    ranvier = shutil.which("ranvier", path=str(Path(sys.executable).parent))
    assert ranvier, "the command is not installed beside this Python"
    load = round(load_average(), 2)
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        table = folder / "table.csv"
        rows = [sys.executable, "-m", "benchmarks.reading.rows", str(table)]
        run([*rows, str(asked.bytes)], folder, PYTHONPATH=str(ROOT))
        say(f"{table.stat().st_size / GB:.3g} GB are written")
        reading = described(ranvier, table, asked.turns)
        learning = trained(ranvier, table, asked.epochs)
        results = [*reading, learning, predicted(ranvier, table)]
    results = [one | {"load_before": load} for one in results]
    asked.results.mkdir(parents=True, exist_ok=True)
    path = asked.results / "reading.json"
    path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    for result in results:
        print(_line(result))


def described(ranvier: str, table: Path, turns: int) -> list[dict[str, Any]]:
    """Return what it takes Polars to read the table, and ranvier to describe it."""
    read = "import sys, polars; polars.read_csv(sys.argv[1])"
    commands = {
        "polars": [sys.executable, "-c", read, str(table)],
        OURS: [ranvier, "describe", str(table), "--target", "bought"],
    }
    peaks: dict[str, list[Peak]] = {name: [] for name in commands}

    def turn(name: str) -> float:
        peak, _ = run(commands[name], table.parent)
        peaks[name].append(peak)
        return peak.seconds

    rounds = interleaved({name: lambda name=name: turn(name) for name in peaks}, turns)
    theirs, ours = (median(rounds[name]) for name in ("polars", OURS))
    ratio = ours / theirs
    goal = {"goal": f"≤ {RATIO} × polars.read_csv", "reached": ratio <= RATIO}
    return [
        _result("polars.read_csv", theirs, peaks["polars"]),
        _result("ranvier describe", ours, peaks[OURS], ratio=_short(ratio)) | goal,
    ]


def trained(ranvier: str, table: Path, epochs: int) -> dict[str, Any]:
    """Return what it takes ranvier to train on the table, from the file to the end."""
    options = ["--target", "bought", "--epochs", str(epochs), "--folder", _RUN]
    peak, said = run([ranvier, "train", str(table), *options, "--json"], table.parent)
    history = json.loads(said)["history"]
    waits = [one["waited"] for one in history if "waited" in one]
    seconds = sum(one["seconds"] for one in history)
    share = _short(sum(waits) / seconds) if waits else None
    result = _result("ranvier train", peak.seconds, [peak], waited=share)
    goal = {"goal": f"≤ {MEMORY // 10**6} MB", "reached": peak.resident <= MEMORY}
    return result | {"epochs": epochs, "epoch_seconds": _short(seconds)} | goal


def predicted(ranvier: str, table: Path) -> dict[str, Any]:
    """Return what it takes ranvier to write the table with its answers."""
    words = ["predict", _RUN, str(table), "--output", "answers.csv"]
    peak, _ = run([ranvier, *words], table.parent)
    goal = {"goal": f"≤ {MEMORY // 10**6} MB", "reached": peak.resident <= MEMORY}
    return _result("ranvier predict", peak.seconds, [peak]) | goal


def _result(
    task: str, seconds: float, peaks: list[Peak], **more: Any
) -> dict[str, Any]:
    own = [peak.own for peak in peaks if peak.own is not None]
    return {
        "task": task,
        "seconds": _short(seconds),
        "processor": _short(median(peak.processor for peak in peaks)),
        "resident": max(peak.resident for peak in peaks) // 10**6,
        "own": max(own) // 10**6 if own else None,
        **more,
    }


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def _line(result: dict[str, Any]) -> str:
    said = (f"{name} {value}" for name, value in result.items() if name != "task")
    return f"{result['task']}: {', '.join(said)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.reading", description=__doc__
    )
    parser.add_argument("--bytes", type=int, default=GB, help="of the file")
    parser.add_argument("--turns", type=int, default=5, help="of reading, each")
    parser.add_argument("--epochs", type=int, default=1, help="of the training")
    parser.add_argument("--folder", type=Path, help="where the file lies for a while")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="the folder to write into"
    )
    return parser


if __name__ == "__main__":
    main()
