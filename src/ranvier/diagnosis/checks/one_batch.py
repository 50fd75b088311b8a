"""one_batch: a few rows that the network cannot even learn by heart."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.bounds import bounds_of
from ranvier.diagnosis.capacity import without_noise
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.sample import Sample
from ranvier.diagnosis.trial import STEPS, Clock, OutOfTimeError, begun, plain

_ROWS, _MOST_STEPS = 32, 500
_DRAWN = 500  # rows from which different ones are taken
_LEARNT, _HALF, _NOTHING = 0.9, 0.4, 0.1  # of the way from chance to the least loss


class OneBatch(Rule):
    """Look whether a few rows can be learnt by heart."""

    code = "one-batch"
    what = "The network cannot learn one batch by heart."
    why = (
        "whoever cannot learn a few rows learns no more from many: the learning rate "
        "is far off, a layer lets no gradient through, labels contradict each other, "
        "or the network is far too small"
    )
    evidence = (
        "The loss after up to 500 steps on the same 32 different rows, without dropout "
        "and penalties, beside that of one answer for all of them."
    )
    remedy = (
        "try ten times and a tenth of the learning rate; then other activations and "
        "first weights; then a wider network"
    )
    ignore = "The network is linear or tiny on purpose."
    source = "Karpathy 2019, a recipe for training neural networks: overfit one batch"

    def __init__(self, seconds: float = 1.5) -> None:
        self._seconds = seconds

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding where the loss of one batch stays up.

        Raises:
            OutOfTimeError: there was no time for as many steps as it may take.
        """
        part, seen = case.portion("train"), case.sample("train", _DRAWN)
        rows = None if seen is None else _different(seen)
        if part is None or rows is None or len(rows) < 2:
            return
        units, bend = case.network.output_shape[0], case.network.output_activation
        samples, rows = part.block(rows)
        bounds = bounds_of(case.loss, samples.targets[rows], units, bend)
        if bounds.width < 1e-6:  # all of one answer
            return
        recipe, network = plain(case.recipe, len(rows)), without_noise(case.network)
        trial = begun(case, recipe, samples, network=network)
        clock, steps, loss, whole = Clock.of(self._seconds), 0, bounds.chance, True
        while steps < _MOST_STEPS and whole and not clock.is_over:
            whole = trial.learn(rows) is not None
            steps += STEPS
            loss = trial.loss(rows)
            if bounds.unlearnt(loss) <= 1 - _LEARNT:
                return
        if whole and steps < _MOST_STEPS:
            raise OutOfTimeError
        come = 1 - bounds.unlearnt(loss) if whole else -np.inf
        if not come >= _HALF:
            yield self.found(
                "error" if not come >= _NOTHING else "warning",
                _said(loss, bounds.chance, len(rows), steps)
                if whole
                else f"the numbers broke within {steps} steps on {len(rows)} rows",
            )


def _said(loss: float, chance: float, rows: int, steps: int) -> str:
    return (
        f"after {steps} steps on the same {rows} rows the loss is {loss:.3g}; one "
        f"answer for all of them loses {chance:.3g}"
    )


def _different(seen: Sample) -> NDArray[np.uint32]:
    """Return up to 32 rows, no two of which have the same inputs."""
    _, first = np.unique(seen.inputs, axis=0, return_index=True)
    order = np.random.default_rng(0).permutation(np.sort(first))[:_ROWS]
    rows: NDArray[np.uint32] = seen.rows[order]
    return rows
