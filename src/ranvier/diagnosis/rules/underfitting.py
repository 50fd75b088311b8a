"""underfitting: the network does not even know the rows that it learnt from."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.bounds import bounds_of
from ranvier.diagnosis.capacity import deepened, widened, without_bounds, without_noise
from ranvier.diagnosis.case import Case, Judged
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.significance import paired
from ranvier.diagnosis.simple import Simple
from ranvier.engine.reference.losses import row_losses

_SURE = 3.0  # standard errors
_BEHIND, _FAR, _FURTHER = 0.03, 0.06, 0.15  # of the rows, or of what is to be learnt
_EDGE = 1e-3  # shares that are no shares are brought so near to 0 and 1


class Underfitting(Rule):
    """Look for training rows that simple methods answer better."""

    code = "underfitting"
    what = "The network answers its own training rows worse than simple methods do."
    why = (
        "it is too small or held too tightly for these data, or was trained too "
        "shortly: what simple methods find in them, it has not found"
    )
    evidence = (
        "A linear model and the ten nearest rows answer training rows that they have "
        "not seen; the network, which has learnt from them, is further behind than "
        "three standard errors."
    )
    remedy = (
        "use a wider or deeper network, fewer penalties and less dropout, or train "
        "longer"
    )
    ignore = "The network is meant to be so small, as for a device."
    source = "Deepchecks: a model must beat naive baselines; Cover and Hart 1967"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding where a simple method does clearly better."""
        simple = case.simple
        network = simple and case.judged("train", simple.rows)
        if not simple or not network:
            return
        name, behind = max(
            (
                (name, _behind(case, simple, answers, network))
                for name, answers in simple.said()
            ),
            key=lambda pair: float(pair[1].mean()),
        )
        mean = float(behind.mean())
        if mean >= _BEHIND and paired(behind) >= _SURE:
            severity: Severity = "error" if mean >= _FURTHER else "warning"
            if mean < _FAR:
                severity = "note"
            yield self.found(severity, _said(name, mean, network))

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a wider and a deeper network, a freer one, and more epochs."""
        network, recipe = case.network, case.recipe
        free = without_bounds(recipe), without_noise(network)
        if free != (recipe, network):
            yield Treatment("no penalties and no dropout", free[1], free[0])
        wide = widened(network, 8)
        if wide != network:
            yield Treatment("eight times as many units", wide, recipe)
        deep = deepened(wide)
        if deep != wide:
            yield Treatment("one more hidden layer", deep, recipe)
        longer = replace(recipe, epochs=4 * recipe.epochs)
        yield Treatment(f"epochs={longer.epochs}", network, longer)


def _behind(
    case: Case, simple: Simple, answers: NDArray[Any], network: Judged
) -> NDArray[np.float64]:
    """Return for each row by how much the network is behind."""
    if network.right is not None:
        return simple.right(answers).astype(np.float64) - network.right
    bend = case.network.output_activation
    if bend in ("sigmoid", "softmax", "softplus"):
        answers = np.clip(answers, _EDGE, 1 - _EDGE if bend != "softplus" else None)
    theirs = row_losses(case.loss, answers, simple.targets, bend)
    bounds = bounds_of(case.loss, simple.targets, network.outputs.shape[1], bend)
    return (network.losses - theirs) / max(bounds.width, 1e-12)


def _said(name: str, behind: float, network: Judged) -> str:
    if network.right is None:
        return (
            f"on its own training rows the network loses {network.loss:.3g}; {name} of "
            f"others loses less by {behind:.1%} of what one answer for all loses"
        )
    theirs = network.right.mean() + behind
    return (
        f"{network.right.mean():.1%} of {len(network.right):,} training rows are "
        f"right; {name}, not having seen them, would have {theirs:.1%} right"
    )
