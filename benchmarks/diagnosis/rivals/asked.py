"""asked: one planted fault → what every judge says of it"""

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple

from benchmarks.diagnosis.healthy import HEALTHY
from benchmarks.diagnosis.planted import PLANTED, Planted
from benchmarks.diagnosis.rivals.judges import JUDGES, Judge
from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.watched import Watched, watch

EVERY = (*PLANTED, *HEALTHY)

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT")


class Asked(NamedTuple):
    """Hold what judges said of a run, by their names; an error is told in words."""

    planted: Planted
    seed: int
    said: dict[str, Said | str]

    def is_named_by(self, judge: Judge) -> bool:
        """Tell whether a judge names the planted fault."""
        said = self.said[judge.name]
        if isinstance(said, str):
            return False
        return said.names(self.planted.code, judge.points_at)

    def alarms_of(self, judge: Judge) -> frozenset[str]:
        """Return the alarms that a judge raises."""
        said = self.said[judge.name]
        return frozenset() if isinstance(said, str) else said.alarms


def asked(planted: Planted, seed: int, judges: Iterable[Judge]) -> Asked:
    """Train a planted fault once, and ask all judges about it."""
    watched = watch(planted.make(seed))
    return Asked(planted, seed, {one.name: _said(one, watched) for one in judges})


def every_asked(seed: int, names: Sequence[str], jobs: int) -> list[Asked]:
    """Ask judges about every planted fault, and then about every healthy run.

    jobs: so many runs at the same time, each on a core of its own.
    """
    os.environ |= dict.fromkeys(_THREADS, "1")
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return list(pool.map(partial(_asked, seed, names), range(len(EVERY))))


def _asked(seed: int, names: Sequence[str], at: int) -> Asked:
    """Ask about one run, from the seed that it has in the benchmark of diagnosis."""
    own = seed + (at if at < len(PLANTED) else at - len(PLANTED))
    return asked(EVERY[at], own, [one for one in JUDGES if one.name in names])


def _said(judge: Judge, watched: Watched) -> Said | str:
    with _quiet():
        try:
            return judge.judge(watched)
        except Exception as error:  # a rival that breaks has said nothing
            return f"{type(error).__name__}: {error}"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let nothing through that is warned of or printed: it is no finding."""
    quiet = contextlib.redirect_stderr(io.StringIO())
    logging.disable(logging.WARNING)
    with warnings.catch_warnings(), quiet, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)
