"""no_signal: real inputs and targets that teach no more than blank or shuffled ones."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.sample import some
from ranvier.diagnosis.significance import paired
from ranvier.diagnosis.trial import Clock, Trial, begun, plain
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.reference.losses import row_losses
from ranvier.engine.reference.tally import chosen_class
from ranvier.recipe import Adam

_ROWS, _FEWEST, _HELD = 1_000, 40, 0.3
_BATCH, _LOOKS = 32, 12
_RATE = 0.003
_SURE = 1.6  # standard errors

Rows = NDArray[np.uint32]


class _Tried(NamedTuple):
    """Hold the loss of each row, learnt from and held out, and which are right."""

    learnt: NDArray[np.float64]
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
        """Yield a finding where blank inputs or shuffled targets do as well."""
        part = case.portion("train")
        if part is None or len(part.rows) < _FEWEST:
            return
        tries = _Tries(case, part.samples, part.rows, self._seconds / 3)
        real, blank = tries.real(), tries.blank()
        if paired(blank.learnt - real.learnt) < _SURE:
            yield self.found(
                "error",
                f"with all inputs zero the network loses {blank.learnt.mean():.3g} on "
                f"the rows it learns from, with the real ones {real.learnt.mean():.3g}",
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

    def __init__(
        self, case: Case, samples: Samples, rows: Rows, seconds: float
    ) -> None:
        drawn = some(rows, _ROWS, case.recipe.seed)
        drawn = np.random.default_rng(0).permutation(drawn)
        count = round(_HELD * len(drawn))
        self._learnt, self._held = drawn[count:], drawn[:count]
        self._case, self._samples, self._seconds = case, samples, seconds
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
        looks: list[_Tried] = []
        while len(looks) < _LOOKS and not (looks and clock.is_over):
            if not trial.learn(random.permutation(self._learnt)):
                break
            looks.append(self._look(trial))
        if not looks:
            looks.append(self._look(trial))
        held = min(looks, key=lambda one: float(one.held.mean()))
        learnt = min(looks, key=lambda one: float(one.learnt.mean()))
        return held._replace(learnt=learnt.learnt)

    def _look(self, trial: Trial) -> _Tried:
        learnt, _ = self._judged(trial, self._learnt, trial.samples)
        held, right = self._judged(trial, self._held, self._samples)
        return _Tried(learnt, held, right)

    def _judged(
        self, trial: Trial, rows: Rows, samples: Samples
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        outputs = trial.program.predict(samples.inputs[rows])
        targets, bend = samples.targets[rows], self._case.network.output_activation
        losses = row_losses(self._case.loss, outputs, targets, bend)
        if targets.ndim > 1:
            return losses, np.zeros(len(rows))
        return losses, (chosen_class(outputs.astype(np.float64)) == targets).astype(
            np.float64
        )


def _is_better(real: _Tried, other: _Tried) -> bool:
    return (
        paired(other.held - real.held) >= _SURE
        or paired(real.right - other.right) >= _SURE
    )
