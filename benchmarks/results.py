"""results: what a workload took, for ranvier and for each rival."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks import goals

OURS = "ranvier"


class Result(NamedTuple):
    """Hold one line of the table; less is better in every unit.

    rate: samples a second; operations: multiplications and additions a second.
    accuracy: the share of test rows with the right class, where it was trained to the
        end.
    """

    workload: str
    unit: str
    ours: float
    rivals: dict[str, float]
    rate: float | None = None
    operations: float | None = None
    peak: float | None = None
    accuracy: float | None = None

    @property
    def best(self) -> str | None:
        """The rival that came nearest."""
        return min(self.rivals, key=lambda name: self.rivals[name], default=None)

    @property
    def ratio(self) -> float | None:
        """How many times as much the best rival takes."""
        return self.rivals[self.best] / self.ours if self.best else None

    @property
    def share_of_peak(self) -> float | None:
        """The share of what all cores of the machine could compute."""
        if self.operations is None or self.peak is None:
            return None
        return self.operations / self.peak

    def as_json(self) -> dict[str, Any]:
        return {
            "workload": self.workload,
            "unit": self.unit,
            "ours": _figures(self.ours),
            "rivals": {name: _figures(value) for name, value in self.rivals.items()},
            "ratio": _figures(self.ratio),
            "share_of_peak": _figures(self.share_of_peak),
            "samples_per_second": _figures(self.rate),
            "gflops": _figures(self.operations and self.operations / 1e9),
            "accuracy": _figures(self.accuracy),
            "goal": goals.goal(self) or None,
            "reached": goals.is_reached(self),
            "missed": goals.shortfall(self) or None,
        }


def medians(
    rounds: Mapping[str, list[float]], scale: float = 1.0
) -> tuple[float, dict[str, float]]:
    """Return ranvier's median and the rivals' medians, in units of 1 / `scale`."""
    values = {name: median(turns) * scale for name, turns in rounds.items()}
    return values.pop(OURS), values


def write_results(
    folder: Path, name: str, results: Iterable[Result], machine: dict[str, Any]
) -> Path:
    """Write the results to `name`.json, and what they were measured on beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(_text([result.as_json() for result in results]))
    beside = "machine" if name == "latest" else f"{name}-machine"
    (folder / f"{beside}.json").write_text(_text(machine))
    return path


def _figures(value: float | None) -> float | None:
    """Keep four significant figures: more would be noise."""
    return None if value is None else float(f"{value:.4g}")


def _text(content: object) -> str:
    return json.dumps(content, indent=1, allow_nan=False) + "\n"
