"""no_signal: real inputs and targets that teach no more than blank or shuffled ones."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.significance import paired
from ranvier.diagnosis.trial import Clock, OutOfTimeError, Trial, begun, plain
from ranvier.engine.contract import Decode
from ranvier.engine.reference.losses import row_losses
from ranvier.engine.reference.tally import chosen_class
from ranvier.recipe import Adam
from ranvier.training.portion import Portion
from ranvier.training.probe import some

_ROWS, _FEWEST, _HELD = 1_000, 40, 0.3
_BATCH, _LOOKS, _FEWEST_LOOKS = 32, 12, 4
_RATE = 0.003
_SURE = 1.3  # standard errors
_NOTHING = 0.02  # of the loss: what is learnt of the inputs shall be more

Rows = NDArray[np.uint32]


class _Tried(NamedTuple):
    """Hold how a short training went.

    looks: how often it was judged. learnt: the least loss while it learnt.
    held: the loss of each row that was held out, when all fared best. right: which of
        them are answered right, as 1 and 0.
    """

    looks: int
    learnt: float
    held: NDArray[np.float64]
    right: NDArray[np.float64]


class NoSignal(Rule):
    """Look for data that teach no more than blank or shuffled ones."""

    code = "no-signal"
    what = "The network learns no more from the data than from blank or shuffled ones."
    why = (
        "the inputs do not tell the target, were mixed up with it, or do not come "
        "through the network"
    )
    evidence = (
        "Three short trainings from the same weights: as the data are, with all inputs "
        "zero, and with the targets shuffled, judged on rows held out."
    )
    remedy = (
        "look whether each row has its own target, as after a sort or a join; then for "
        "inputs that tell more"
    )
    ignore = "The signal is known to be so weak that it takes all rows to see it."
    source = (
        "Karpathy 2019, a recipe for training neural networks: input-independent "
        "baseline; Ojala and Garriga 2010 on shuffled targets"
    )

    def __init__(self, seconds: float = 3.0) -> None:
        self._seconds = seconds

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding where blank inputs or shuffled targets do as well.

        Raises:
            OutOfTimeError: there was no time to learn anything.
        """
        part = case.portion("train")
        if part is None or len(part.rows) < _FEWEST:
            return
        tries = _Tries(case, part, self._seconds / 3)
        real, blank = tries.real(), tries.blank()
        if min(real.looks, blank.looks) < _FEWEST_LOOKS:
            raise OutOfTimeError
        if real.learnt > blank.learnt - _NOTHING * abs(blank.learnt):
            yield self.found(
                "error",
                f"with all inputs zero the network loses {blank.learnt:.3g} on the "
                f"rows it learns from, with the real ones {real.learnt:.3g}",
                cause="the inputs do not come through the network",
                remedy="look for inputs of next to no size, and for layers whose "
                "activations are flat at the first weights",
            )
            return
        mixed = tries.mixed()
        if not (_is_better(real, blank) and _is_better(real, mixed)):
            worse = min(blank, mixed, key=lambda one: float(one.held.mean()))
            how = "all inputs zero" if worse is blank else "its targets shuffled"
            yield self.found(
                "warning",
                f"with {how} the network does as well on {len(real.held):,} rows held "
                f"out: it loses {worse.held.mean():.3g}, with the real ones "
                f"{real.held.mean():.3g}",
            )


class _Tries:
    """Train a case's network from its first weights, in several ways."""

    def __init__(self, case: Case, part: Portion, seconds: float) -> None:
        self._samples, drawn = part.block(some(part.rows, _ROWS, case.recipe.seed))
        drawn = np.random.default_rng(0).permutation(drawn)
        count = round(_HELD * len(drawn))
        self._learnt, self._held = drawn[count:], drawn[:count]
        self._case, self._seconds = case, seconds
        batch = min(_BATCH, len(self._learnt))
        self._recipe = replace(plain(case.recipe, batch), optimizer=Adam(_RATE))

    def real(self) -> _Tried:
        """Return what comes of the data as they are."""
        return self._looked(begun(self._case, self._recipe, self._samples))

    def blank(self) -> _Tried:
        """Return what comes of inputs that are all zero."""
        nothing = np.zeros_like(self._case.decode.scale)
        decode = Decode(nothing, nothing)
        return self._looked(
            begun(self._case, self._recipe, self._samples, decode=decode)
        )

    def mixed(self) -> _Tried:
        """Return what comes of targets that are shuffled among the rows learnt from."""
        targets = self._samples.targets.copy()
        order = np.random.default_rng(1).permutation(self._learnt)
        targets[self._learnt] = targets[order]
        samples = self._samples._replace(targets=targets)
        return self._looked(begun(self._case, self._recipe, samples))

    def _looked(self, trial: Trial) -> _Tried:
        """Train for a moment, and return the look at which rows held out fared best."""
        clock, random = Clock.of(self._seconds), np.random.default_rng(2)
        tried = _Tried(0, math.inf, *self._judged(trial))
        while tried.looks < _LOOKS and not clock.is_over:
            loss = trial.learn(random.permutation(self._learnt))
            if loss is None:
                break
            held, right = self._judged(trial)
            if held.mean() < tried.held.mean() or not tried.looks:
                tried = tried._replace(held=held, right=right)
            tried = tried._replace(
                looks=tried.looks + 1, learnt=min(loss, tried.learnt)
            )
        return tried

    def _judged(self, trial: Trial) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        samples, rows = self._samples, self._held
        outputs = trial.program.predict(samples.inputs[rows])
        targets, bend = samples.targets[rows], self._case.network.output_activation
        losses = row_losses(self._case.loss, outputs, targets, bend)
        if targets.ndim > 1:
            return losses, np.zeros(len(rows))
        right = chosen_class(outputs.astype(np.float64)) == targets
        return losses, right.astype(np.float64)


def _is_better(real: _Tried, other: _Tried) -> bool:
    return (
        paired(other.held - real.held) >= _SURE
        or paired(real.right - other.right) >= _SURE
    )
