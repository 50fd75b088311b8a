"""python -m benchmarks.diagnosis.rivals: who names which planted fault.

ranvier, the published rules of AUTOTRAINER and SageMaker Debugger, skore and
deepchecks look at the same runs. It prints a table; where all of them were asked, it
writes it, with their versions and alarms, into benchmarks/results/diagnosis-rivals.json
and docs/diagnosis.md. Each call takes new seeds, unless one is given.
"""

import argparse
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from benchmarks.diagnosis.planted import PLANTED
from benchmarks.diagnosis.rivals.asked import every_asked
from benchmarks.diagnosis.rivals.counted import counted, filled, table
from benchmarks.diagnosis.rivals.judges import JUDGES

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "benchmarks" / "results" / "diagnosis-rivals.json"
PAGE = ROOT / "docs" / "diagnosis.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Plant, ask, print and write."""
    given = _parser().parse_args(arguments)
    seed = secrets.randbelow(2**31) if given.seed is None else given.seed
    wanted = [one for one in JUDGES if not given.judges or one.name in given.judges]
    here = [one.name for one in wanted if one.is_here]
    for one in wanted:
        if not one.is_here:
            print(f"{one.name} is not asked: {one.package} is not installed here")
    every = every_asked(seed, here, given.jobs)
    ill, well = every[: len(PLANTED)], every[len(PLANTED) :]
    judges = [one for one in JUDGES if one.name in here]
    result = {
        "seed": seed,
        "runs": len(ill),
        "healthy_runs": len(well),
        "judges": counted(ill, well, judges),
    }
    print(f"seed {seed}", *table(result), sep="\n")
    if len(judges) == len(JUDGES):
        RESULTS.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        PAGE.write_text(filled(PAGE.read_text("utf-8"), result), "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.diagnosis.rivals", description=__doc__
    )
    parser.add_argument("--seed", type=int, help="of the first run; chance otherwise")
    parser.add_argument(
        "--judges", type=lambda text: text.split(","), help="names, by commas; all"
    )
    parser.add_argument("--jobs", type=int, default=1, help="runs at the same time")
    return parser


if __name__ == "__main__":
    main()
