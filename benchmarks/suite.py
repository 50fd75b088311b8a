"""suite: what was asked for, who takes part, and what is noted on the way."""

import sys
import time
from contextlib import ExitStack
from typing import Any, NamedTuple, Self

from benchmarks.measure import Peak, highest, measured_peak
from benchmarks.results import OURS
from benchmarks.training.lane import Lane
from benchmarks.training.rivals import RIVALS, Rival

_START = time.perf_counter()


class Settings(NamedTuple):
    """Hold what the user asked for.

    rivals: the names of those who may take part; None is everybody.
    is_quick: fewer rows and shorter turns, to try the suite and not the machine.
    """

    repeats: int = 7
    rivals: tuple[str, ...] | None = None
    is_quick: bool = False


def say(line: str) -> None:
    """Tell how far it is, and since when, without getting into the table."""
    seconds = time.perf_counter() - _START
    print(f"{seconds:4.0f} s  {line}", file=sys.stderr, flush=True)


class Suite:
    """Open a lane for each contender when it is first needed, and close them all."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.notes: dict[str, Any] = {
            "workloads": {},
            "forms": {},
            "rounds": {},
            "skipped": {},
        }
        self._peaks: list[Peak] = []
        self._stack = ExitStack()
        self._lanes: list[Lane] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def lanes(self) -> list[Lane]:
        """Every contender that can run here, ranvier first."""
        if not self._lanes:
            self._open(OURS, "ours:Ours", None)
            for rival in RIVALS:
                if self._is_taking_part(rival):
                    for name, threads in rival.lanes().items():
                        self._open(name, rival.home, threads)
        return self._lanes

    def measure_peak(self) -> Peak:
        """Measure the machine's peak once more, and return the best of this run."""
        self._peaks.append(measured_peak())
        return highest(self._peaks)

    def skip(self, name: str, reason: str) -> None:
        """Note that somebody does not take part, and say so."""
        self.notes["skipped"][name] = reason
        say(f"skipped {name}: {reason}")

    def _is_taking_part(self, rival: Rival) -> bool:
        wanted = self.settings.rivals
        if wanted is not None and rival.name not in wanted:
            self.skip(rival.name, "not asked for")
        elif reason := rival.missing():
            self.skip(rival.name, reason)
        else:
            return True
        return False

    def _open(self, name: str, home: str, threads: int | None) -> None:
        self._lanes.append(self._stack.enter_context(Lane(name, home, threads)))
