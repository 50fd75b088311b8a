"""verdict: whether a network fits its data, read off its curves alone."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ranvier.diagnosis.case import Case, Judged

Fit = Literal["underfit", "good fit", "overfit", "unknown"]

_TURNED = 0.1  # of its least: so much higher ends a loss that has turned
_GAP = 0.05  # of the rows: so many more are wrong in validation than in training
_SURE = 3.0  # standard errors
_FALLING = 0.05  # of the loss: so much was still gained in the last tenth


@dataclass(frozen=True)
class Verdict:
    """Say whether a network fits its data.

    evidence: the figures that it rests on, in words.
    basis: what it was found by, "curves" or "experiments".
    """

    fit: Fit
    evidence: str
    basis: Literal["curves", "experiments"]

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values."""
        return asdict(self)


def verdict_of_curves(case: Case) -> Verdict:
    """Return the verdict that the history and the best weights suggest.

    Without experiments it cannot be known whether a larger network would do better: a
    network that has learnt all that its form allows looks like one that fits.
    """
    fit, evidence = _fit(case)
    return Verdict(fit, evidence, "curves")


def _fit(case: Case) -> tuple[Fit, str]:
    curves = case.curves
    if case.run.failure:
        return "unknown", case.run.failure
    if not curves.has_validation:
        return "unknown", "no rows were set aside for validation"
    least, last = curves.val_loss.min(), curves.val_loss[-1]
    if last - least > max(_TURNED * abs(least), _SURE * curves.noise):
        best = int(curves.val_loss.argmin()) + 1
        return "overfit", (
            f"val_loss rose from {least:.4g} at epoch {best} to {last:.4g} at epoch "
            f"{curves.epochs}, while the training loss fell to {curves.loss[-1]:.4g}"
        )
    train, validation = case.train, case.validation
    if train and validation and (gap := _gap(train, validation)):
        return "overfit", gap
    tenth = max(1, curves.epochs // 10)
    gained = (
        curves.val_loss[-1 - tenth : -1].mean() - last if curves.epochs > 1 else 0.0
    )
    if gained > max(_FALLING * abs(last), _SURE * curves.noise):
        return "underfit", (
            f"val_loss was still falling when the training ended: {last:.4g}, by "
            f"{gained:.2g} in the last {tenth} epochs"
        )
    return "good fit", (
        f"val_loss ended at {last:.4g}, its least being {least:.4g}; the training loss "
        f"at {curves.loss[-1]:.4g}"
    )


def _gap(train: Judged, validation: Judged) -> str | None:
    """Say how much worse validation rows fare, where it is much and no chance."""
    if train.right is None or validation.right is None:
        gap = validation.loss - train.loss
        error = (train.loss_error**2 + validation.loss_error**2) ** 0.5
        is_wide = gap > _SURE * error and gap > train.loss
        said = (
            f"loss {train.loss:.4g} on training rows, {validation.loss:.4g} on others"
        )
        return said if is_wide else None
    ours, theirs = train.right.mean(), validation.right.mean()
    error = (theirs * (1 - theirs) / len(validation.right)) ** 0.5
    if ours - theirs > max(_GAP, _SURE * error):
        return f"{ours:.1%} of training rows are right, of validation rows {theirs:.1%}"
    return None
