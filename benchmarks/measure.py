"""measure: turns taken in rounds, and what the machine itself can do."""

import os
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ranvier.engine.choose import thread_count
from ranvier.engine.native import _native

Turn = Callable[[], float]

SETTLE = 0.1  # seconds in which the idle threads of the one before stop spinning


def interleaved(turns: Mapping[str, Turn], repeats: int) -> dict[str, list[float]]:
    """Let each take its turn, round after round, and return what each turn gave.

    What disturbs the machine for a while so meets all alike. Each round starts with
    another one: nobody always comes after the same neighbour.
    """
    names = list(turns)
    values: dict[str, list[float]] = {name: [] for name in names}
    for number in range(repeats):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            time.sleep(SETTLE)
            values[name].append(turns[name]())
    return values


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Peak(NamedTuple):
    """Hold the operations per second of the machine's fastest multiply-add loop."""

    target: str
    one_core: float
    all_cores: float


def measured_peak() -> Peak:
    """Measure the peak for the target that the native engine uses."""
    target = os.environ.get("RANVIER_TARGET") or _native.targets()[0]
    return Peak(
        target,
        _native.measure_peak(target, 1),
        _native.measure_peak(target, thread_count(None)),
    )


def highest(peaks: list[Peak]) -> Peak:
    """Return the best that was measured: a peak is disturbed downwards only."""
    return Peak(
        peaks[0].target,
        max(peak.one_core for peak in peaks),
        max(peak.all_cores for peak in peaks),
    )
