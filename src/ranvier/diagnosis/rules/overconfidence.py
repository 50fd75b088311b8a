"""overconfidence: answers that are surer than they are right."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.capacity import held_back
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.recipe import CrossEntropy
from ranvier.training.calibration import FEWEST_ROWS, calibrate
from ranvier.training.reliability import calibration_error

_SURE = 3.0  # standard errors
_NOTED, _WARNED, _WRONG = 0.03, 0.08, 0.2  # surer than right, on average


class Overconfidence(Rule):
    """Look for answers that are surer than right."""

    code = "overconfidence"
    what = "The network is surer of its answers than they are right."
    why = (
        "it went on to make right answers surer after it had stopped to make more of "
        "them right: its probabilities cannot be taken at their word"
    )
    evidence = (
        "The mean probability of the answers on validation rows beside the share that "
        "is right; the expected calibration error, and the temperature that mends it."
    )
    remedy = (
        "calibrate the model on validation rows, Model.calibrated, as `ranvier train` "
        "does; weight decay or label smoothing keep it from growing"
    )
    ignore = "Only the answer counts, never how sure it is."
    source = "Guo, Pleiss, Sun and Weinberger 2017"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding where answers are much surer than right."""
        judged = case.validation
        if judged is None or judged.right is None or len(judged.right) < FEWEST_ROWS:
            return
        chances = _probabilities(judged.outputs, case.network.output_activation)
        if chances is None:
            return
        sure = chances.max(axis=1)
        # Were each answer right as often as it says, this were the spread of the mean.
        error = np.sqrt((sure * (1 - sure)).sum()) / len(sure)
        excess = float(sure.mean() - judged.right.mean())
        if excess < max(_NOTED, _SURE * error):
            return
        severity: Severity = "error" if excess >= _WRONG else "warning"
        if excess < _WARNED:
            severity = "note"
        targets = judged.targets.astype(int)
        yield self.found(
            severity,
            f"{sure.mean():.1%} sure on average, {judged.right.mean():.1%} of "
            f"{len(sure):,} validation rows right; ECE "
            f"{calibration_error(targets, chances):.3f}, best temperature "
            f"{calibrate(targets, chances).temperature:.2f}",
        )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield what keeps it from learning by heart, and label smoothing."""
        yield from held_back(case.network, case.recipe)
        if case.loss.type == "cross_entropy":
            smooth = replace(case.recipe, loss=CrossEntropy(label_smoothing=0.1))
            yield Treatment("label_smoothing=0.1", case.network, smooth)


def _probabilities(
    outputs: NDArray[np.float32], activation: str
) -> NDArray[np.float64] | None:
    """Return outputs as shares of the classes; None where they are meant as none."""
    chances = outputs.astype(np.float64)
    if activation == "sigmoid" and chances.shape[1] == 1:
        return np.hstack([1 - chances, chances])
    if activation == "softmax" and chances.shape[1] > 1:
        return chances
    return None
