"""python -m benchmarks.cost: plot the time of a step against width, batch and threads.

It writes cost.json and cost.svg into benchmarks/results (cost-trial where only a part
is asked for), and prints where the time grows more than the work. All of it takes about
ten minutes.
"""

import argparse
import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.cost.picture import drawn
from benchmarks.cost.steps import steps
from benchmarks.cost.sweep import (
    PEER,
    PEER_HOME,
    Settings,
    Sweep,
    along_batch,
    along_threads,
    along_width,
)
from benchmarks.lane import Lane
from benchmarks.machine import describe, load_average
from benchmarks.measure import measured_peak
from benchmarks.rivals import TRAINING
from benchmarks.suite import say

SWEEPS = {"width": along_width, "batch": along_batch, "threads": along_threads}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, write and print."""
    asked = _parser().parse_args(arguments)
    load = load_average()
    settings = Settings(asked.repeats or (2 if asked.quick else 7), asked.quick)
    with ExitStack() as stack:
        peers = [] if asked.alone else _peers(stack)
        sweeps = [SWEEPS[name](settings, peers) for name in asked.only or SWEEPS]
    asked.results.mkdir(parents=True, exist_ok=True)
    notes = describe(measured_peak(), load)
    content = {"machine": notes, "sweeps": [_as_json(sweep) for sweep in sweeps]}
    text = json.dumps(content, indent=1) + "\n"
    is_whole = not (asked.quick or asked.only or asked.alone)
    path = asked.results / ("cost.json" if is_whole else "cost-trial.json")
    path.write_text(text, "utf-8")
    drawn(sweeps).save(path.with_suffix(".svg"))
    for sweep in sweeps:
        print(_told(sweep))
    say(f"kept in {path}, drawn beside it")


def _peers(stack: ExitStack) -> list[Lane]:
    """Open PyTorch's lanes, where it is installed."""
    rival = next(one for one in TRAINING if one.name == PEER)
    if reason := rival.missing():
        say(f"skipped {PEER}: {reason}")
        return []
    return [
        stack.enter_context(Lane(PEER, PEER_HOME, threads))
        for threads in rival.threads()
    ]


def _as_json(sweep: Sweep) -> dict[str, object]:
    return {
        "along": sweep.along,
        "title": sweep.title,
        "unit": "µs/step",
        "points": [
            {
                "size": point.size,
                "ranvier": float(f"{point.ours:.4g}"),
                PEER: point.peer and float(f"{point.peer:.4g}"),
                "gflops": float(f"{point.operations / point.ours / 1e3:.4g}"),
            }
            for point in sweep.points
        ],
        "steps": [step._asdict() for step in steps(sweep.points)],
    }


def _told(sweep: Sweep) -> str:
    found = [
        f"{step.above} costs {step.factor}× what {step.below} does, for its work"
        for step in steps(sweep.points)
    ]
    return f"{sweep.along} ({sweep.title}): {'; '.join(found) or 'no steps'}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.cost", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        choices=list(SWEEPS),
        help="this sweep alone; may be given several times",
    )
    parser.add_argument("--quick", action="store_true", help="every fourth size")
    parser.add_argument("--alone", action="store_true", help="without PyTorch")
    parser.add_argument("--repeats", type=int, help="rounds, 7 where nothing is said")
    parser.add_argument(
        "--results",
        type=Path,
        default=Path(__file__).parents[1] / "results",
        help="the folder to write into",
    )
    return parser


if __name__ == "__main__":
    main()
