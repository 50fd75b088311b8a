"""python -m benchmarks.diagnosis: plant faults, and see who names and heals them.

It prints the shares, and writes them with the list of misses into
benchmarks/results/diagnosis.json. Each call takes new seeds, unless one is given.
"""

import argparse
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.diagnosis.healthy import HEALTHY
from benchmarks.diagnosis.judged import (
    Named,
    Proved,
    Treated,
    named,
    proved,
    treated,
)
from benchmarks.diagnosis.planted import PLANTED
from benchmarks.suite import say

_FITS = {"overfitting": "overfit", "underfitting": "underfit", "": "good fit"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Plant, judge, print and write."""
    asked = _parser().parse_args(arguments)
    seed = secrets.randbelow(2**31) if asked.seed is None else asked.seed
    say(f"{len(PLANTED)} faults, {len(HEALTHY)} healthy runs, seed {seed} …")
    ill = [named(one, seed + at) for at, one in enumerate(PLANTED)]
    well = [named(one, seed + at) for at, one in enumerate(HEALTHY)]
    say("verdicts by experiments …")
    fits = [
        proved(one, seed + at, _FITS[one.code], asked.budget)
        for at, one in enumerate((*PLANTED, *HEALTHY[:12]))
        if one.code in _FITS and asked.budget
    ]
    say("treatments …")
    healed = [treated(one, seed + at) for at, one in enumerate(PLANTED) if asked.treat]
    result = {"seed": seed} | _shares(ill, well, fits, healed)
    path = Path(__file__).parents[1] / "results" / "diagnosis.json"
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    for name, value in result.items():
        print(name, value if name != "misses" else "")
    for miss in result["misses"]:
        print("  ", miss)


def _shares(
    ill: list[Named], well: list[Named], fits: list[Proved], healed: list[Treated]
) -> dict[str, Any]:
    severe = [one for one in ill if one.planted.degree == "severe"]
    mild = [one for one in ill if one.planted.degree == "mild"]
    placed = [one for one in ill if one.where and one.is_named]
    able = [one for one in healed if one.after is not None]
    return {
        "runs": len(ill),
        "healthy_runs": len(well),
        "severe_named": _share(one.is_named for one in severe),
        "mild_named": _share(one.is_named for one in mild),
        "layer_named": _share(one.is_placed for one in placed),
        "healthy_errors": _share("error" in one.severities for one in well),
        "healthy_warnings": _share("warning" in one.severities for one in well),
        "verdict_right": _share(one.is_right for one in fits),
        "treated": _share(one.is_well for one in able),
        "misses": [
            *(one.told() for one in ill if not one.is_named),
            *(one.told() for one in well if {"error", "warning"} & set(one.severities)),
            *(one.told() for one in fits if not one.is_right),
            *(one.told() for one in able if not one.is_well),
        ],
    }


def _share(truths: Any) -> float | None:
    every = list(truths)
    return round(sum(every) / len(every), 4) if every else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.diagnosis", description=__doc__
    )
    parser.add_argument("--seed", type=int, help="of the first run; chance otherwise")
    parser.add_argument(
        "--budget", type=float, default=30.0, help="seconds for a verdict; 0 for none"
    )
    parser.add_argument(
        "--no-treat", dest="treat", action="store_false", help="heal nobody"
    )
    return parser


if __name__ == "__main__":
    main()
