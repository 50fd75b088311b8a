"""vanishing_gradients: a signal that dies out on its way back to a layer."""

from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import with_activation, with_norms, with_usual_start
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.signals import looks_of

_MILD, _SEVERE = 0.03, 1e-3  # of the signal at the output


class VanishingGradients(Rule):
    """Look for layers that hardly hear of the loss."""

    code = "vanishing-gradients"
    what = "The gradient that comes back from the output dies out before a layer."
    why = (
        "each layer multiplies the gradient by its weights and by the slope of its "
        "activation, which for sigmoid is a quarter at most: after some layers nothing "
        "is left, and the layers near the input stay as they were drawn"
    )
    evidence = (
        "The length of a row's gradient by a layer's sums, beside that by the sums of "
        "the output layer: before the first step, and after epochs 1, 2, 4, 8 and so "
        "on."
    )
    remedy = (
        "use silu or relu in place of sigmoid or tanh with the usual first weights, "
        "batch_norm between the layers, residuals, or fewer layers"
    )
    ignore = "The network has learnt well: then the layers nearer the output suffice."
    source = (
        "Hochreiter 1991; Glorot and Bengio 2010; AUTOTRAINER, bound by measurement"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield the layer that the least comes back to, where it is little."""
        looks = looks_of(case)
        faint = {name: looks.usual(name) for name in looks.hidden}
        if not faint:
            return
        worst = min(faint, key=lambda name: faint[name])
        if faint[worst] >= _MILD:
            return
        others = sum(1 for share in faint.values() if share < _MILD) - 1
        beside = (
            f", and less than {_MILD:.0%} to {others} more layers" if others else ""
        )
        is_severe = faint[worst] < _SEVERE and case.has_failed
        yield self.found(
            "error" if is_severe else "warning",
            f"{faint[worst]:.2g} of the output layer's gradient comes back to it"
            + beside,
            where=worst,
        )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield the usual start, relu and its kin, and norms between the layers."""
        started = with_usual_start(case.network)
        bent = with_activation(started, ("sigmoid", "tanh", "hard_sigmoid"), "silu")
        yield Treatment("silu, with the usual first weights", bent, case.recipe)
        normed = with_norms(bent)
        yield Treatment("batch_norm and silu in hidden layers", normed, case.recipe)
        yield Treatment("the usual first weights", started, case.recipe)
