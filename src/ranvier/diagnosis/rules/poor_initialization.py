"""poor_initialization: first weights that let signals die out, or grow, or be alike."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import with_norms, with_usual_start
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.engine.parameters import initial_parameters

_OFF = 3.0  # times the usual size, or a share of it: a layer that is named
_MILD, _SEVERE = 8.0, 50.0  # times, or a share, over all layers together


class PoorInitialization(Rule):
    """Compare the first weights with those that are usual for the activations."""

    code = "poor-initialization"
    what = (
        "The first weights are far larger or smaller than suits their layers, or alike."
    )
    why = (
        "with weights too large, signals grow from layer to layer until activations "
        "saturate; too small, they die out, and no gradient comes back; where all are "
        "alike, the units of a layer learn the same for ever"
    )
    evidence = (
        "The root mean square of a layer's first weights beside that of the usual draw "
        "for its activation; and the product of these ratios over all layers. Of a "
        "layer with equal weights, that its units are equal."
    )
    remedy = (
        'leave the initializer out, which is "auto": he_uniform for relu and its kin'
    )
    ignore = "The last layer of a residual's branch starts at zero on purpose."
    source = "Glorot and Bengio 2010; He, Zhang, Ren and Sun 2015, section 2.2"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield the layer that is furthest off, and layers with equal units."""
        first = initial_parameters(case.network, case.recipe.seed)
        alike = [name for name in _hidden(case) if _are_alike(first, name)]
        for name in alike:
            weight = first[f"{name}.weight"]
            yield self.found(
                "error",
                f"all {weight.shape[-1]} units start with the same weights",
                where=name,
                cause="units that start alike get the same gradients: the layer stays "
                "as if it had one unit",
            )
        if not alike:
            yield from self._off(case, first)

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield the usual draws, and norms between the layers."""
        started = with_usual_start(case.network)
        yield Treatment("the usual first weights", started, case.recipe)
        yield Treatment("batch_norm in hidden layers", with_norms(started), case.recipe)

    def _off(
        self, case: Case, first: dict[str, NDArray[np.float32]]
    ) -> Iterator[Finding]:
        usual = initial_parameters(with_usual_start(case.network), case.recipe.seed)
        ratios = {
            name: _size(first[f"{name}.weight"]) / _size(usual[f"{name}.weight"])
            for name in _weighing(case)
        }
        ratios = {name: ratio for name, ratio in ratios.items() if ratio > 0}
        if not ratios:
            return
        sizes = np.log(list(ratios.values()))
        together = float(np.exp(np.abs(sizes.sum())))
        worst = max(ratios, key=lambda name: abs(np.log(ratios[name])))
        if together < _MILD or np.exp(np.abs(sizes).max()) < _OFF:
            return
        is_severe = together >= _SEVERE
        severity: Severity = "warning" if is_severe or sizes.sum() > 0 else "note"
        yield self.found(
            "error" if is_severe and case.has_failed else severity,
            f"its first weights are {ratios[worst]:.3g} times as large as the usual "
            f"ones, those of all layers together {np.exp(sizes.sum()):.3g} times"
            + _started(case),
            where=worst,
        )


def _started(case: Case) -> str:
    if case.start is None or case.bounds is None:
        return ""
    loss, chance = case.start.loss, case.bounds.chance
    return f"; the loss started at {loss:.4g}, chance is {chance:.4g}"


def _weighing(case: Case) -> list[str]:
    """Return the layers with weights, but for those within residuals."""
    return [
        placed.name
        for placed in case.network.placed()
        if any(one.name == "weight" for one in placed.parameters)
    ]


def _hidden(case: Case) -> list[str]:
    return _weighing(case)[:-1]


def _are_alike(first: dict[str, NDArray[np.float32]], name: str) -> bool:
    """Tell whether a layer has several units, all with the same weights."""
    weight = first[f"{name}.weight"]
    return weight.shape[-1] > 1 and not np.ptp(weight, axis=-1).any()


def _size(weight: NDArray[np.float32]) -> float:
    return float(np.sqrt((weight.astype(np.float64) ** 2).mean()))
