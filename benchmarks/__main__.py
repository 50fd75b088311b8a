"""python -m benchmarks: measure ranvier beside its rivals, print and keep the tables.

Run it on a quiet machine, from the root of the repository. A run of everything is kept
as benchmarks/results/latest.json, any other as trial.json, which git does not keep.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import table
from benchmarks.catalogue import BENCHMARKS
from benchmarks.machine import describe, load_average
from benchmarks.results import Result, write_results
from benchmarks.rivals import INFERENCE, TRAINING
from benchmarks.suite import Settings, Suite, say

RIVALS = dict.fromkeys(rival.name for rival in TRAINING + INFERENCE)

BUSY = 0.5  # a load average above this share of a core disturbs the figures


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what was asked for."""
    asked = _parser().parse_args(arguments)
    load = load_average()
    if load > BUSY:
        say(f"the machine is busy (load average {load:.1f}): do not publish figures")
    rivals = None if asked.rivals is None else tuple(asked.rivals.split(","))
    repeats = asked.repeats or (2 if asked.quick else 7)
    results: list[Result] = []
    with Suite(Settings(repeats, rivals, asked.quick)) as suite:
        for name in asked.only or BENCHMARKS:
            results += BENCHMARKS[name](suite)
        notes = {
            **describe(suite.measure_peak(), load),
            "repeats": repeats,
            **suite.notes,
        }
    is_whole = not (asked.quick or asked.only or asked.rivals)
    path = write_results(
        asked.results, "latest" if is_whole else "trial", results, notes
    )
    _print(results, notes, path)


def _print(results: list[Result], notes: dict[str, Any], path: Path) -> None:
    peaks = notes["peak_gflops"]
    print(f"\n{table.summary(results)}\n\n{table.rivals(results)}\n")
    for name, title in notes["workloads"].items():
        print(f"{name}: {title}.")
    print(
        f"{notes['processor']}, {notes['threads']} threads, {notes['target']}: "
        f"at most {peaks['all_cores']:,.0f} GFLOP/s, {peaks['one_core']:,.0f} on one "
        f"core. Medians of {notes['repeats']} interleaved rounds, {notes['date'][:10]}."
    )
    say(f"kept in {path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        choices=list(BENCHMARKS),
        help="run this one alone; may be given several times",
    )
    parser.add_argument(
        "--quick", action="store_true", help="try the suite: few rows, two rounds"
    )
    parser.add_argument("--repeats", type=int, help="rounds, 7 where nothing is said")
    parser.add_argument(
        "--rivals",
        metavar="NAMES",
        help=f"take these alone, of {','.join(RIVALS)}",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=Path(__file__).parent / "results",
        help="the folder to keep the results in",
    )
    return parser


if __name__ == "__main__":
    main()
