"""suite: what was asked for, who takes part, and what is noted on the way."""

import sys
import time
from contextlib import ExitStack
from typing import Any, NamedTuple, Self

from benchmarks.lane import Lane
from benchmarks.measure import Peak, highest, measured_peak
from benchmarks.results import OURS
from benchmarks.rivals import INFERENCE, TRAINING, Rival

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
        self._trainers: list[Lane] = []
        self._predictors: list[Lane] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def trainers(self) -> list[Lane]:
        """Everybody that can train here, ranvier first."""
        if not self._trainers:
            self._trainers = self._open_all("training.ours:Ours", TRAINING)
        return self._trainers

    @property
    def predictors(self) -> list[Lane]:
        """Everybody that can predict here, ranvier first."""
        if not self._predictors:
            self._predictors = self._open_all("inference.ours:Ours", INFERENCE)
        return self._predictors

    def open(self, lane: Lane) -> Lane:
        """Keep a lane open to the end of the suite."""
        return self._stack.enter_context(lane)

    def measure_peak(self) -> Peak:
        """Measure the machine's peak once more, and return the best of this run."""
        self._peaks.append(measured_peak())
        return highest(self._peaks)

    def skip(self, name: str, reason: str) -> None:
        """Note that somebody does not take part, and say so."""
        self.notes["skipped"][name] = reason
        say(f"skipped {name}: {reason}")

    def _open_all(self, ours: str, rivals: tuple[Rival, ...]) -> list[Lane]:
        lanes = [self.open(Lane(OURS, ours, None))]
        for rival in rivals:
            if self._is_taking_part(rival):
                lanes += [
                    self.open(Lane(rival.name, rival.home, threads, rival.variables))
                    for threads in rival.threads()
                ]
        return lanes

    def _is_taking_part(self, rival: Rival) -> bool:
        wanted = self.settings.rivals
        if wanted is not None and rival.name not in wanted:
            self.skip(rival.name, "not asked for")
        elif reason := rival.missing():
            self.skip(rival.name, reason)
        else:
            return True
        return False
