"""initial_loss: first weights that are surer than nothing learnt allows."""

import math
from collections.abc import Iterator

import numpy as np

from ranvier.diagnosis.bounds import bounds_of
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Severity
from ranvier.diagnosis.rule import Rule

_HIGH, _HIGHER, _HIGHEST = 3.0, 8.0, 30.0  # times what one answer for all loses


class InitialLoss(Rule):
    """Look at the loss before the first step."""

    code = "initial-loss"
    what = "Before the first step, the loss is far above that of chance."
    why = (
        "the first weights or the inputs are too large, or the targets lie far from 0, "
        "so that the first epochs only unlearn what nobody taught"
    )
    evidence = (
        "The loss of the first weights on training rows, beside that of the best "
        "single answer for all rows: log of the number of even classes, the variance "
        "of numbers."
    )
    remedy = (
        "draw smaller first weights for the output layer, scale the inputs to size 1, "
        "and numbers as targets to mean 0 and deviation 1"
    )
    ignore = "The first epochs bring it down, and there are enough of them."
    source = "Karpathy 2019, a recipe for training neural networks: verify loss at init"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding where the first loss is far too high, or no number."""
        with np.errstate(all="ignore"):
            start = case.start
        if start is None:
            return
        if not math.isfinite(start.loss):
            yield self.found(
                "error",
                "the first weights give a loss that is no finite number",
                remedy="scale inputs and targets to values near 1",
            )
            return
        units, bend = case.network.output_shape[0], case.network.output_activation
        bounds = bounds_of(case.loss, start.targets, units, bend)
        times = bounds.unlearnt(start.loss)
        if times >= _HIGH:
            severity: Severity = "error" if times >= _HIGHEST else "warning"
            yield self.found(
                "note" if times < _HIGHER else severity,
                f"the first weights lose {start.loss:.3g}, one answer for all rows "
                f"{bounds.chance:.3g}",
            )
