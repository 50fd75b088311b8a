"""commands: the program `ranvier` as its users start it, and small data for it."""

import json
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

PROGRAM = Path(sysconfig.get_path("scripts")) / "ranvier"
QUIET = {"COLUMNS": "80", "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
"""An environment without the wishes of whoever runs the tests, as for colours."""


class Outcome(NamedTuple):
    """Hold what a command wrote, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        document: dict[str, Any] = json.loads(self.out)
        return document


def ranvier(*words: object, cwd: Path, **environment: str) -> Outcome:
    """Run a command to its end, in a pipe."""
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        cwd=cwd,
        env=QUIET | environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def save_bars(path: Path, rows: int = 60, side: int = 8) -> Path:
    """Write pictures of a standing or a lying bar, with their names, as .npz."""
    random = np.random.default_rng(0)
    images = random.integers(0, 60, (rows, side, side)).astype(np.uint8)
    lying = np.arange(rows) % 2 == 1
    places = random.integers(0, side, rows)
    images[~lying, :, places[~lying]] = 255
    images[lying, places[lying], :] = 255
    np.savez(path, images=images, labels=np.where(lying, "lying", "standing"))
    return path


def save_sums(path: Path, rows: int = 60) -> Path:
    """Write rows of three numbers with their sum to be met, as .npz."""
    inputs = np.random.default_rng(0).normal(size=(rows, 3))
    np.savez(path, X=inputs, y=inputs.sum(axis=1))
    return path
