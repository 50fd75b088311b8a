"""wrong_output_activation: an output layer that cannot say what is asked of it."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.recipe import Hinge

_RANGES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, math.inf),
    "softplus": (0.0, math.inf),
    "elu": (-1.0, math.inf),
    "selu": (-1.7581, math.inf),
    "gelu": (-0.17, math.inf),
    "silu": (-0.2785, math.inf),
    "mish": (-0.3088, math.inf),
}
_SOME, _MANY = 0.02, 0.2  # of the targets
_SLACK = 1e-3
_ODD_FOR_CLASSES = ("tanh", "relu", "elu", "selu", "gelu", "silu", "mish", "softplus")


class WrongOutputActivation(Rule):
    """Compare what the output layer can give with what the targets are."""

    code = "wrong-output-activation"
    what = "The activation of the output layer does not suit the targets."
    why = "an activation gives numbers of its own range alone, whatever is learnt"
    evidence = (
        "The share of the targets, as the network learns them, that lie outside the "
        "range of the output's activation. Of softmax: whether the targets of a row "
        "sum to one. Of classes: whether the activation bends where 0 and 1 are asked "
        "for."
    )
    remedy = "end the network in identity for values, in softmax for classes"
    ignore = "The targets outside are mistakes, and are not to be met."
    source = "Bishop 2006, section 5.2: the output activation goes with the loss"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it where targets cannot be met, or are met by detours alone."""
        if case.train is None:
            return
        targets = case.train.targets
        if case.has_classes:
            yield from self._of_classes(case)
        else:
            yield from self._of_values(case, targets.astype(np.float64))

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield the output that suits the targets, with the loss that suits it."""
        output: Any = case.network.output
        if not hasattr(output, "activation"):
            return
        right = "identity"
        if case.has_classes:
            right = "softmax" if (case.network.outputs or 1) > 1 else "sigmoid"
        layers = (*case.network.layers[:-1], replace(output, activation=right))
        network = replace(case.network, layers=layers)
        is_free = not case.has_classes and not case.loss.outputs
        recipe = case.recipe if is_free else replace(case.recipe, loss="auto")
        yield Treatment(f"{right} at the output", network, recipe)

    def _of_values(self, case: Case, targets: NDArray[np.float64]) -> Iterator[Finding]:
        bend, where = case.network.output_activation, list(case.layers)[-1]
        low, high = _RANGES.get(bend, (-math.inf, math.inf))
        outside = float(((targets < low - _SLACK) | (targets > high + _SLACK)).mean())
        if bend == "softmax" and np.median(abs(targets.sum(axis=1) - 1)) > _SLACK:
            yield self.found(
                "error",
                "the outputs of softmax sum to 1, the targets of a row to "
                f"{np.median(targets.sum(axis=1)):.4g}",
                where=where,
            )
        elif outside >= _SOME:
            yield self.found(
                "error" if outside >= _MANY else "warning",
                f"{outside:.0%} of the targets, from {targets.min():.4g} to "
                f"{targets.max():.4g}, are outside the range of {bend}, {low:g} to "
                f"{high:g}",
                where=where,
                remedy="end the network in identity with the loss mse",
            )

    def _of_classes(self, case: Case) -> Iterator[Finding]:
        bend = case.network.output_activation
        if bend in _ODD_FOR_CLASSES and not isinstance(case.loss, Hinge):
            yield self.found(
                "warning",
                f"{bend} at the output with {case.loss.type}, for targets of 0 and 1",
                where=list(case.layers)[-1],
                cause=f"{bend} gives 0 or 1 at an end of its range, where its slope is "
                "nothing, or goes beyond them",
                remedy="end the network in softmax with cross_entropy",
            )
