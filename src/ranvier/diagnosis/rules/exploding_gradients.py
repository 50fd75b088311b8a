"""exploding_gradients: a signal that grows on its way back to a layer."""

from collections.abc import Iterator

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.cures import with_clip, with_norms, with_usual_start
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.signals import looks_of

_MILD, _SEVERE = 40.0, 1000.0  # times the signal at the output


class ExplodingGradients(Rule):
    """Look for layers that hear of the loss far too loudly."""

    code = "exploding-gradients"
    what = "The gradient that comes back from the output grows before it meets a layer."
    why = (
        "each layer multiplies the gradient by its weights: where they are large, it "
        "grows from layer to layer, and a step that suits the output layer tears the "
        "layers near the input apart"
    )
    evidence = (
        "The length of a row's gradient by a layer's sums, beside that by the sums of "
        "the output layer: before the first step, and after epochs 1, 2, 4, 8 and so "
        "on."
    )
    remedy = (
        "leave the initializer out, clip the gradients by their length, or use "
        "batch_norm between the layers"
    )
    ignore = "The gradients are clipped, and the loss falls."
    source = "Pascanu, Mikolov and Bengio 2013; AUTOTRAINER: a ratio above 70"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield the layer that the most comes back to, where it is much."""
        looks = looks_of(case)
        loud = {name: looks.most(name) for name in looks.hidden}
        if not loud:
            return
        worst = max(loud, key=lambda name: loud[name])
        if loud[worst] <= _MILD:
            return
        is_severe = loud[worst] > _SEVERE and (case.has_failed or case.run.failure)
        yield self.found(
            "error" if is_severe else "warning",
            f"{loud[worst]:.3g} times the output layer's gradient came back to it",
            where=worst,
        )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield the usual start, clipped gradients, and norms between the layers."""
        started = with_usual_start(case.network)
        yield Treatment("the usual first weights", started, case.recipe)
        clipped = with_clip(case.recipe, 1.0)
        yield Treatment("global_norm=1, the usual first weights", started, clipped)
        yield Treatment("batch_norm in hidden layers", with_norms(started), case.recipe)
