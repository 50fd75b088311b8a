"""too_many_epochs: a training that went on long after its best epoch."""

from collections.abc import Iterator
from dataclasses import replace

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.recipe import EarlyStopping

_EARLY = 0.25  # of the epochs: the best is before
_AFTER = 15  # so many epochs at least came after it for nothing


class TooManyEpochs(Rule):
    """Look for a best epoch long before the end."""

    code = "too-many-epochs"
    what = "The best epoch came long before the last one."
    why = (
        "all epochs after it cost time and gained nothing; where weights of the last "
        "epoch are taken, as other tools do, they are worse ones"
    )
    evidence = "The best epoch is in the first quarter, and 15 or more came after it."
    remedy = "stop early, as EarlyStopping(patience=5) does, or give fewer epochs"
    ignore = "The run is to show how a network overfits."
    source = "Godbole et al. 2023, Deep learning tuning playbook; Prechelt 1998"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield it as a note: the best weights are kept in any case."""
        epochs, best = case.curves.epochs, case.run.best_epoch
        if best <= _EARLY * epochs and epochs - best >= _AFTER:
            losses = case.curves.judged
            yield self.found(
                "note",
                f"the best of {epochs} epochs was {best}, with a loss of "
                f"{losses[best - 1]:.4g}; the last had {losses[-1]:.4g}",
                remedy=f"{self.remedy}: {best + 5} would have been enough",
            )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield an early stop."""
        recipe = replace(case.recipe, stopping=EarlyStopping())
        yield Treatment("stopping=EarlyStopping(patience=5)", case.network, recipe)
