"""loop: epoch after epoch, until the recipe says that it is enough."""

import contextlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from ranvier.errors import DivergedError, FileError
from ranvier.training.divergence import remedy
from ranvier.training.events import EpochEnded, Event, Finished, OnEvent, Started
from ranvier.training.folder import RunFolder
from ranvier.training.keep import keep_best, keep_end
from ranvier.training.learner import Learner, Learnt
from ranvier.training.run import Run

_SHORTEST = 1e8  # rows times weights: shorter epochs cost less than handing them out


class Loop(NamedTuple):
    """Train a run to its end, all its members at once.

    learners: one for each member of the run, in their order.
    threads: so many members learn at the same time.
    """

    learners: Sequence[Learner]
    threads: int
    on_event: OnEvent | None

    @property
    def run(self) -> Run:
        """The run, which is its own first member."""
        return self.learners[0].run

    def go(self) -> Run:
        """Take the epochs that are missing.

        Raises:
            DivergedError: the numbers were no longer finite.
            FileError: an epoch could not be written.
            KeyboardInterrupt: the user stopped it; the message says how to go on.
        """
        try:
            self._tell(Started(self.run))
            with ThreadPoolExecutor(self.threads) as pool:
                self._epochs(pool)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._interrupted()) from None
        self._keep_end()
        self._tell(Finished(self.run))
        return self.run

    def _epochs(self, pool: ThreadPoolExecutor) -> None:
        while learning := [one for one in self.learners if not one.progress.reason]:
            start = time.perf_counter()
            # Not in the pool, where Ctrl-C has to wait, if that gains nothing.
            is_shared = len(learning) > 1 and learning[0].work > _SHORTEST
            learn = pool.map if is_shared else map
            learnt = list(learn(Learner.learn, learning))
            seconds = time.perf_counter() - start
            for learner, one in zip(learning, learnt, strict=True):
                self._take(learner, one, seconds)
            if learning[0] is self.learners[0]:
                self._tell(EpochEnded(self.run, self.run.history[-1]))

    def _take(self, learner: Learner, learnt: Learnt, seconds: float) -> None:
        """Keep an epoch; of members, each says how long all took together."""
        if learnt.broken:
            self._fail(learner.run, learnt)
        try:
            learner.take(learnt._replace(epoch=learnt.epoch._replace(seconds=seconds)))
        except FileError as error:
            raise FileError(f"{error} Then {_go_on(self.run)}.") from None

    def _fail(self, member: Run, learnt: Learnt) -> None:
        """Record the failure in the run and its folder, then raise it."""
        run, number = self.run, learnt.epoch.epoch
        who = "" if member is run else f"member {run.members.index(member) + 1} "
        run.failure = (
            f"{who}diverged in epoch {number}: {learnt.broken} is no finite number"
        )
        self._keep_end()
        advice = remedy(number, learnt.failure, run.recipe)
        raise DivergedError(f"{run.failure}. {advice}{_kept(run)}.")

    def _keep_end(self) -> None:
        for run in self.run.members:
            if run.folder:
                keep_end(run, RunFolder(run.folder))

    def _interrupted(self) -> str:
        """Write the best weights as the folder has them, and say how to go on."""
        number, folder = len(self.run.history) + 1, self.run.folder
        if not folder:
            return f"stopped in epoch {number}; nothing is kept, as folder=None asks"
        with contextlib.suppress(FileError):
            kept = Run.load(folder)  # may be one epoch ahead of what is told here
            number = len(kept.history) + 1
            for run in kept.members:
                keep_best(run, RunFolder(run.folder or folder))
        return (
            f"stopped in epoch {number}; all epochs before it are kept: "
            f"{_go_on(self.run)}"
        )

    def _tell(self, event: Event) -> None:
        if self.on_event:
            self.on_event(event)


def _kept(run: Run) -> str:
    if not (run.folder and run.history):
        return ""
    return f"; the weights of epoch {run.best_epoch}, the best, are in {run.folder}"


def _go_on(run: Run) -> str:
    return f"go on with ranvier.resume({str(run.folder)!r})"
