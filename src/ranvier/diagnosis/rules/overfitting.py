"""overfitting: what was learnt holds for the training rows and not for others."""

from collections.abc import Iterator

import numpy as np

from ranvier.diagnosis.bounds import Bounds, bounds_of
from ranvier.diagnosis.capacity import held_back
from ranvier.diagnosis.case import Case, Judged
from ranvier.diagnosis.finding import Finding, Severity, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.diagnosis.significance import share_error

_SURE = 3.0  # standard errors
_GAP, _FINE_GAP = 0.10, 0.07  # of the rows: so many more are right in training
_FINE = 0.9  # of training rows right: from here on a smaller gap counts
_WIDE, _WIDEST = 0.2, 0.35
_LOSS_GAP, _LOSS_WIDE, _LOSS_WIDEST = 0.15, 0.4, 0.8  # of what there is to learn
_BEHIND, _BEHIND_ERRORS = 0.02, 2.0  # of simple methods, which learn nothing by heart
_TURNED = 0.25  # of the least val_loss: so much higher it ended
_LEARNT_ON = 0.9  # of the training loss when val_loss was least, at most, at the end
_SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")


class Overfitting(Rule):
    """Look for a gap between the parts, and for a val_loss that turned."""

    code = "overfitting"
    what = "The network does much better on the rows it learnt from than on others."
    why = (
        "it has learnt these rows by heart, their noise too: what it gained on them is "
        "lost on rows that it has not seen"
    )
    evidence = (
        "The shares of right answers on training and validation rows, or their losses "
        "beside that of chance, further apart than three standard errors; worse where "
        "simple methods, which learn nothing by heart, do better on unseen rows. And a "
        "val_loss that turned and rose above that of chance."
    )
    remedy = (
        "give more data; else use dropout or weight decay, a smaller network, or stop "
        "earlier"
    )
    ignore = "Validation rows are known to be harder than the training rows."
    source = (
        "AUTOTRAINER: a gap of 0.1, or 0.07 where more than 0.9 is right; Tuning "
        "Playbook: validation error that rises"
    )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield one finding with all that speaks for it."""
        found = [one for one in (_gap(case), _turn(case)) if one]
        if found:
            worst = max(degree for degree, _ in found)
            said = "; ".join(text for _, text in found)
            yield self.found(_SEVERITIES[min(worst, 2)], said)

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield the weights of the least val_loss, weight decay, dropout, and both."""
        yield from held_back(case.network, case.recipe)


def _gap(case: Case) -> tuple[int, str] | None:
    """Say how much worse validation rows fare, and how bad that is."""
    train, validation = case.train, case.validation
    if train is None or validation is None:
        return None
    if train.right is None or validation.right is None:
        return _loss_gap(case, train, validation)
    ours, theirs = float(train.right.mean()), float(validation.right.mean())
    theirs_error = share_error(theirs, len(validation.right))
    error = np.hypot(share_error(ours, len(train.right)), theirs_error)
    gap = ours - theirs
    if gap < max(_FINE_GAP if ours > _FINE else _GAP, _SURE * error):
        return None
    said = f"{ours:.1%} of training rows are right, of validation rows {theirs:.1%}"
    simple = case.simple
    if simple is not None:
        name, best = max(
            ((name, float(simple.right(one).mean())) for name, one in simple.said()),
            key=lambda pair: pair[1],
        )
        error = np.hypot(theirs_error, share_error(best, len(simple.rows)))
        if best - theirs >= max(_BEHIND, _BEHIND_ERRORS * error):
            said += f"; {name} would have {best:.1%} of unseen rows right"
            return 1 + (gap >= _WIDE) + (gap >= _WIDEST), said
    return (gap >= _WIDE) + (gap >= _WIDEST), said


def _loss_gap(case: Case, train: Judged, validation: Judged) -> tuple[int, str] | None:
    bounds = _bounds(case, train)
    width = max(bounds.width, 1e-12)
    gap = (validation.loss - train.loss) / width
    error = np.hypot(train.loss_error, validation.loss_error) / width
    if not gap >= max(_LOSS_GAP, _SURE * error):
        return None
    said = (
        f"the loss is {train.loss:.3g} on training rows and {validation.loss:.3g} on "
        f"validation rows; one answer for all loses {bounds.chance:.3g}"
    )
    return int(gap >= _LOSS_WIDE) + int(gap >= _LOSS_WIDEST), said


def _turn(case: Case) -> tuple[int, str] | None:
    """Say how far val_loss has risen since it was least, and how bad that is."""
    curves, train = case.curves, case.train
    if not curves.has_validation or curves.epochs < 5 or train is None:
        return None
    best = int(curves.val_loss.argmin())
    least = float(curves.val_loss[best])
    last = float(np.median(curves.val_loss[-max(3, curves.epochs // 10) :]))
    fell = curves.loss[-1] < _LEARNT_ON * curves.loss[best]
    if not fell or last - least < max(_TURNED * abs(least), _SURE * curves.noise):
        return None
    chance = _bounds(case, train).chance
    if last < chance:
        return None
    said = (
        f"val_loss rose from {least:.3g} at epoch {best + 1} to {last:.3g} at epoch "
        f"{curves.epochs}, above that of chance, {chance:.3g}, while the training loss "
        f"fell to {curves.loss[-1]:.3g}"
    )
    return 1, said


def _bounds(case: Case, train: Judged) -> Bounds:
    units, bend = train.outputs.shape[1], case.network.output_activation
    return bounds_of(case.loss, train.targets, units, bend)
