"""runner: one contender in its own process, asked from outside."""

import gc
import time
from typing import NamedTuple

import numpy as np

from benchmarks.inference.contender import Call, Contender
from benchmarks.inference.question import Question

TRIALS, WARM_UP = 3, 10

EPSILON = float(np.finfo(np.float32).eps)


class DisagreementError(Exception):
    """A contender answers something else than the reference engine."""


class _Ready(NamedTuple):
    call: Call
    rows: object
    keep: Contender


class Runner:
    """Build a contender's forms for a question, keep the quickest, and time it."""

    def __init__(self, contender: type[Contender], threads: int) -> None:
        self._contender, self._threads = contender, threads

    def refusal(self, question: Question) -> str:
        """Say why the contender cannot take part; nothing if it can."""
        return self._contender.refusal(question)

    def build(self, question: Question) -> None:
        """Make every form, check its answers, and warm it up.

        Raises:
            DisagreementError: a form answers something else.
        """
        self._forms: dict[str, _Ready] = {}
        for form in self._contender.forms:
            built = self._contender(question, form, self._threads)
            ready = _Ready(*built.prepared(), built)
            check(question, ready.call(ready.rows))
            for _ in range(WARM_UP):
                ready.call(ready.rows)
            self._forms[form] = ready

    def choose(self, seconds: float) -> tuple[str, float]:
        """Try every form, keep the quickest; return its name and its seconds a call."""
        paces = {
            form: self._pace(ready, seconds) for form, ready in self._forms.items()
        }
        form = min(paces, key=lambda name: paces[name])
        self._kept = self._forms[form]
        self._calls = max(1, int(seconds / paces[form]))
        self._forms.clear()
        return form, paces[form]

    def turn(self, number: int) -> float:
        """Ask again and again, and return the seconds a call."""
        return _time(self._kept, self._calls)

    def _pace(self, ready: _Ready, seconds: float) -> float:
        once = _time(ready, TRIALS)
        calls = max(1, int(seconds / TRIALS / once))
        return min(_time(ready, calls) for _ in range(TRIALS))


def check(question: Question, answers: object) -> None:
    """Make sure that answers are those of the reference engine, within rounding.

    Raises:
        DisagreementError: they are not.
    """
    tolerance = EPSILON * max(question.sizes)
    off = np.abs(np.asarray(answers) - question.truth).max()
    if not off <= tolerance:
        raise DisagreementError(
            f"the answers are off by {off:.2g}, at most {tolerance:.2g} is rounding: "
            "other mathematics, there is nothing to compare."
        )


def _time(ready: _Ready, calls: int) -> float:
    call, rows = ready.call, ready.rows
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(calls):
            call(rows)
        return (time.perf_counter() - start) / calls
    finally:
        gc.enable()
