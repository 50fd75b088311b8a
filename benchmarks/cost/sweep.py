"""sweep: one network at many sizes, ranvier and PyTorch in turns → Points"""

from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from benchmarks.lane import Lane
from benchmarks.measure import interleaved
from benchmarks.results import OURS
from benchmarks.suite import say
from benchmarks.training.workload import ROWS, Workload
from ranvier.engine.choose import thread_count
from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Recipe

PEER, PEER_HOME = "pytorch-eager", "training.pytorch_eager:PyTorchEager"
WIDTH, BATCH = 512, 128
LEAST_STEPS = 20
TURN = 0.1  # seconds


class Point(NamedTuple):
    """Hold one size: microseconds a step of each, and the work of a step."""

    size: int
    ours: float
    peer: float | None
    operations: float


class Sweep(NamedTuple):
    """Hold the points along one axis."""

    along: str
    title: str
    points: list[Point]


class Settings(NamedTuple):
    """Say how many rounds each point takes, and whether every fourth size is enough."""

    repeats: int
    is_quick: bool


def sizes(highest: int) -> list[int]:
    """Return round sizes up to `highest`, each with its odd neighbours.

    >>> sizes(32)
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32]
    """
    powers = [2**i for i in range(highest.bit_length())]
    near = {power + i for power in powers for i in (-1, 0, 1)}
    between = {power // 2 * 3 for power in powers if power > 2}
    return sorted(one for one in near | between if 1 <= one <= highest)


def along_width(settings: Settings, peers: list[Lane]) -> Sweep:
    """Make the hidden layer wider, from 8 to 4,096."""
    workloads = [(one, _workload(one, BATCH)) for one in sizes(4096) if one >= 8]
    title = f"784-width-10 relu, SGD, batch {BATCH}"
    return Sweep("width", title, _points(settings, workloads, peers))


def along_batch(settings: Settings, peers: list[Lane]) -> Sweep:
    """Make the batch larger, from 1 to 4,096."""
    workloads = [(one, _workload(WIDTH, one)) for one in sizes(4096)]
    title = f"784-{WIDTH}-10 relu, SGD"
    return Sweep("batch", title, _points(settings, workloads, peers))


def along_threads(settings: Settings, peers: list[Lane]) -> Sweep:
    """Use more threads, up to as many as there are cores."""
    points = []
    for threads in range(1, thread_count(None) + 1):
        others = [lane for lane in peers if lane.threads == threads]
        workloads = [(threads, _workload(WIDTH, BATCH))]
        points += _points(settings._replace(is_quick=False), workloads, others, threads)
    return Sweep("threads", f"784-{WIDTH}-10 relu, SGD, batch {BATCH}", points)


def _workload(width: int, batch: int) -> Workload:
    network = Network([Dense(width, "relu"), Dense(10, "softmax")], (784,))
    recipe = Recipe(optimizer=SGD(0.01), batch_size=batch)
    rows = min(ROWS, max(2_560, LEAST_STEPS * batch))
    return Workload("cost", network, recipe, rows=rows - rows % batch)


def _points(
    settings: Settings,
    workloads: list[tuple[int, Workload]],
    peers: list[Lane],
    threads: int | None = None,
) -> list[Point]:
    kept = workloads[:: 4 if settings.is_quick else 1]
    with Lane(OURS, "training.ours:Ours", threads) as ours:
        return [
            point
            for size, workload in kept
            for point in _point(settings, size, workload, [ours, *peers])
        ]


def _point(
    settings: Settings, size: int, workload: Workload, lanes: list[Lane]
) -> Iterator[Point]:
    turns, paces = {}, {}
    for lane in lanes:
        lane.ask("build", replace(workload, name=f"cost-{size}"), None)
        _, pace = lane.ask("choose", TURN)
        if lane.name not in paces or pace < paces[lane.name]:
            paces[lane.name] = pace
            turns[lane.name] = lambda lane=lane: lane.ask("turn", 1)
    rounds = interleaved(turns, settings.repeats)
    found = {name: median(values) * 1e6 for name, values in rounds.items()}
    work = workload.operations * workload.recipe.batch_size
    point = Point(size, found[OURS], found.get(PEER), work)
    say(f"{workload.title}: {point.ours:.1f} µs")
    yield point
