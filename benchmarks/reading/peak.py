"""peak: a command → its seconds, and the most memory that it held."""

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

POLL = 0.02  # seconds between two looks


class Peak(NamedTuple):
    """Hold what a command took: seconds, those of all cores, and bytes at the most.

    resident: with the pages of files that are mapped, which the system takes back when
        others need the room. own: without them, seen every 20 ms; None where the system
        does not tell.
    """

    seconds: float
    processor: float
    resident: int
    own: int | None


def run(command: Sequence[str], folder: Path, **variables: str) -> tuple[Peak, str]:
    """Run a command in `folder`, and return what it took and what it wrote.

    Raises:
        CalledProcessError: it failed.
    """
    written = folder / "written"
    start, own, resident = time.perf_counter(), 0, 0
    before = _processor()
    with written.open("wb") as out:
        child = subprocess.Popen(
            command, stdout=out, cwd=folder, env=os.environ | variables
        )
        while child.poll() is None:
            held = _held(child.pid)
            own, resident = max(own, held["RssAnon"]), max(resident, held["VmHWM"])
            time.sleep(POLL)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    used = _processor() - before
    return Peak(seconds, used, resident, own or None), written.read_text("utf-8")


def _processor() -> float:
    """Return the seconds that children have used of all cores."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _held(process: int) -> dict[str, int]:
    """Return the bytes that a process holds; 0 where the system does not tell."""
    held = {"RssAnon": 0, "VmHWM": 0}
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return held
    for line in lines:
        name, _, value = line.partition(":")
        if name in held:
            held[name] = int(value.split()[0]) * 1024
    return held
