"""folders: what two runs left on disk, but for the time that they took."""

import csv
import json
from pathlib import Path
from typing import Any


def left_in(folder: Path) -> dict[str, Any]:
    """Return what each file in a run's folder holds, without any seconds."""
    return {path.name: _held(path) for path in sorted(folder.iterdir())}


def _held(path: Path) -> Any:
    if path.name == "history.jsonl":
        return [_timeless(line) for line in path.read_text().splitlines()]
    if path.name == "run.json":
        return _timeless(path.read_text())
    if path.name == "metrics.csv":
        lines = csv.DictReader(path.read_text().splitlines())
        return [{**line, "seconds": "", "waited": ""} for line in lines]
    return path.read_bytes()


def _timeless(text: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(text)
    for name in ("seconds", "waited"):
        table.pop(name, None)
    return table
