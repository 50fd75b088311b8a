"""noisy_validation: too few validation rows to tell one network from another."""

from collections.abc import Iterator
from dataclasses import replace

from ranvier.diagnosis.case import Case, Judged
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.significance import share_error

_BLURRED, _BLIND = 0.04, 0.11  # the standard error of the share of right answers
_LOSS_BLURRED, _LOSS_BLIND = 0.2, 0.55  # that of val_loss, as a share of it
_FEW, _FEWEST = 60, 12  # rows: with more the spread of losses is no lack of rows
_SHARE = 0.3


class NoisyValidation(Rule):
    """Look for validation figures that are mostly chance."""

    code = "noisy-validation"
    what = "Validation rows are so few that chance moves val_loss and val_accuracy."
    why = (
        "the best epoch, early stopping and every comparison rest on these rows; with "
        "so few of them, which network looks better is mostly chance"
    )
    evidence = (
        "The standard error of the validation figure, beside the gap between training "
        "and validation rows."
    )
    remedy = (
        "set more rows aside (validation=0.3), or judge by folds: data.folds(5) holds "
        "each row out once"
    )
    ignore = "The run is judged by other rows, such as folds or a large test part."
    source = "Agresti and Coull 1998; Varma and Simon 2006 on choosing by few rows"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding where the error of the validation figure is large."""
        train, validation = case.train, case.validation
        if train is None or validation is None:
            return
        rows = len(validation.rows)
        if validation.right is None or train.right is None:
            yield from self._of_losses(train, validation, rows)
            return
        ours, theirs = float(train.right.mean()), float(validation.right.mean())
        error = share_error(theirs, rows)
        if error >= _BLURRED and rows < _FEW:
            yield self.found(
                "warning" if error >= _BLIND else "note",
                f"{theirs:.1%} of {rows} validation rows are right, by chance up to "
                f"{2 * error:.0%} more or fewer; on training rows {ours:.1%} are",
                where="validation",
            )

    def _of_losses(
        self, train: Judged, validation: Judged, rows: int
    ) -> Iterator[Finding]:
        error = validation.loss_error
        is_blind = rows < _FEWEST or error >= _LOSS_BLIND * abs(validation.loss)
        is_blurred = is_blind or error >= _LOSS_BLURRED * abs(validation.loss)
        if rows >= _FEW or not is_blurred:
            return
        yield self.found(
            "warning" if is_blind else "note",
            f"the loss over {rows} validation rows is {validation.loss:.3g}, by chance "
            f"up to {2 * error:.2g} more or less; on training rows it is "
            f"{train.loss:.3g}",
            where="validation",
        )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a larger share of the rows for validation."""
        recipe = case.recipe
        if 0 < recipe.validation < _SHARE and recipe.test + _SHARE < 1:
            larger = replace(recipe, validation=_SHARE)
            yield Treatment(f"validation={_SHARE:g}", case.network, larger)
