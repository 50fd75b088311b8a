"""verdict: whether a network fits its data, read off its curves alone."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ranvier.diagnosis.case import Case, Judged
from ranvier.diagnosis.experiments import Experiment, Experiments
from ranvier.diagnosis.learning_curve import LearningCurve

Fit = Literal["underfit", "good fit", "overfit", "unknown"]

_CLEAR = 0.05  # of what there is to learn: so much better is clearly better
_TURNED = 0.1  # of its least: so much higher ends a loss that has turned
_GAP = 0.05  # of the rows: so many more are wrong in validation than in training
_SURE = 3.0  # standard errors
_DOUBT = 2.0  # standard errors of the loss of few rows, of which none is sure
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


def verdict_of_experiments(
    case: Case, found: Experiments, curve: LearningCurve | None
) -> Verdict:
    """Return the verdict that the experiments prove.

    A design underfits where more room lets it lose clearly less on rows that it has not
    seen, and overfits where less room does; the larger gain counts. Where only another
    rate helps, training rows tell: one that loses less on them as well learns more, one
    that loses more on them learns less by heart. A gain is clear where its confidence
    interval lies above 0 and it is a twentieth of what there is to learn. Where nothing
    helps, but the curves tell of overfitting, it is that if more rows would help.
    """
    base = found.tried[0]
    clear = [one for one in found.tried[1:] if one.low > 0 and one.gain >= _CLEAR]
    fits: dict[str, Fit] = {"more room": "underfit", "less room": "overfit"}
    told = [one for one in clear if one.variant.kind in fits]
    slow = [one for one in clear if one.variant.kind == "rate"]
    best = max(told or slow, key=lambda one: one.gain, default=None)
    if best is None:
        if curve and (told_so := _starved(case, found, curve)):
            return Verdict("overfit", told_so, "experiments")
        nearest = max(found.tried[1:], key=lambda one: one.gain)
        return Verdict("good fit", _nothing_helps(nearest), "experiments")
    of_rate: Fit = "underfit" if best.train_loss < base.train_loss else "overfit"
    fit = fits.get(best.variant.kind, of_rate)
    return Verdict(fit, _helps(base, best), "experiments")


def _starved(case: Case, found: Experiments, curve: LearningCurve) -> str | None:
    """Say that more rows are what is lacking, where the curves tell of overfitting."""
    fit, evidence = _fit(case)
    gain = (curve.loss(1) - curve.loss(4)) / max(found.bounds.width, 1e-12)
    if fit != "overfit" or gain < _CLEAR:
        return None
    return (
        f"{evidence}; with four times the rows the loss would be some "
        f"{curve.loss(4):.3g} instead of {curve.loss(1):.3g}"
    )


def _helps(base: Experiment, best: Experiment) -> str:
    return (
        f"with {best.variant.change}, the loss on validation rows is {best.loss:.4g} "
        f"instead of {base.loss:.4g}, on training rows {best.train_loss:.4g} instead "
        f"of {base.train_loss:.4g} ({best.seeds} seeds); that is {best.gain:.1%} of "
        f"what there is to learn, 95 % sure between {best.low:.1%} and {best.high:.1%}"
    )


def _nothing_helps(nearest: Experiment) -> str:
    return (
        f"nothing that was tried loses clearly less on validation rows; the nearest "
        f"was {nearest.variant.change}, by {nearest.gain:.1%} of what there is to "
        f"learn, 95 % sure between {nearest.low:.1%} and {nearest.high:.1%}"
    )


def _fit(case: Case) -> tuple[Fit, str]:
    curves = case.curves
    if case.run.failure:
        return "unknown", case.run.failure
    if not curves.has_validation:
        return "unknown", "no rows were set aside for validation"
    least, last = curves.val_loss.min(), curves.val_loss[-1]
    doubt = _DOUBT * case.validation.loss_error if case.validation else 0.0
    if last - least > max(_TURNED * abs(least), _SURE * curves.noise, doubt):
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
