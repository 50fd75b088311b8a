"""runner: one contender in its own process, asked from outside."""

import gc
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.measure import measured_peak
from benchmarks.training.agreement import Judge, Learnt
from benchmarks.training.contender import Contender
from benchmarks.training.workload import Task, Workload

TRIALS, TRIAL_STEPS = 2, 5


class Runner:
    """Build a contender's forms for a workload, keep the quickest, and time it."""

    def __init__(self, contender: type[Contender], threads: int) -> None:
        self._contender, self._threads = contender, threads

    def refusal(self, workload: Workload) -> str:
        """Say why the contender cannot take part; nothing if it can."""
        return self._contender.refusal(workload)

    def build(self, workload: Workload, learnt: dict[bool, Learnt] | None) -> None:
        """Make every form, check its mathematics, and warm it up.

        learnt: what the reference engine makes of the first batches; None where the
            same network has been checked at another size.

        Raises:
            DisagreementError: a form learns something else.
        """
        self._forms: dict[str, Contender] = {}
        self._workload, self._task = workload, Task(workload)
        judge = None if learnt is None else Judge(self._task, learnt)
        for form in self._suited(workload):
            built = self._contender(self._task, form, self._threads)
            if judge:
                judge.check(built)
            if built.is_whole:
                built.epoch(self._task.order(0))
            self._forms[form] = built

    def _suited(self, workload: Workload) -> Iterator[str]:
        """Yield the forms that differ here: floats already lie as floats."""
        kind, is_float = self._contender, self._task.inputs.dtype == np.float32
        for form in kind.image_forms if workload.has_images else kind.forms:
            if not (is_float and form == "floats"):
                yield form

    def choose(self, seconds: float) -> tuple[str, float]:
        """Try every form, keep the quickest; return its name and its seconds a step.

        seconds: about how long a turn shall be, where an epoch may be cut.
        """
        paces = {form: self._pace(form, seconds / TRIALS) for form in self._forms}
        form = min(paces, key=lambda name: paces[name])
        self._kept = self._forms[form]
        self._rows = self._share(self._kept, seconds)
        self._forms.clear()
        return form, paces[form]

    def peak(self) -> float:
        """Return what this process's target can do at most, on all cores."""
        return measured_peak().all_cores

    def turn(self, number: int) -> float:
        """Take an epoch, or the first part of it, and return the seconds a step."""
        return self._time(self._kept, self._rows, number)

    def train(self, epochs: int) -> float:
        """Take whole epochs, orders drawn as it goes, and return the seconds."""
        gc.collect()
        start = time.perf_counter()
        for number in range(1, epochs + 1):
            self._kept.epoch(self._task.order(number))
        return time.perf_counter() - start

    def _pace(self, form: str, seconds: float) -> float:
        contender = self._forms[form]
        rows = self._share(contender, seconds)
        return min(self._time(contender, rows, number) for number in range(TRIALS))

    def _share(self, contender: Contender, seconds: float) -> int:
        """Return how many rows take about so long, in full batches, or all."""
        if contender.is_whole:
            return self._workload.rows
        batch = self._workload.recipe.batch_size
        steps = seconds / self._time(contender, TRIAL_STEPS * batch, 0)
        return min(self._workload.rows, max(TRIAL_STEPS, int(steps)) * batch)

    def _time(self, contender: Contender, rows: int, number: int) -> float:
        """Return the seconds a step over the first `rows` of an epoch."""
        order = self._task.order(number)[:rows]
        gc.collect()
        gc.disable()  # as timeit does: no contender pays for another's garbage
        try:
            start = time.perf_counter()
            contender.epoch(order)
            return (time.perf_counter() - start) / self._workload.steps(rows)
        finally:
            gc.enable()
