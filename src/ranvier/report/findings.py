"""findings: the verdict on a run and what is ill in it, as text to read."""

import math
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ranvier.diagnosis import Checked, Diagnosis, Experiment, Finding, Treated
from ranvier.report.facts import Facts

_FITS = {"good fit": "bold green", "underfit": "bold yellow", "overfit": "bold red"}
_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
_BASES = {
    "curves": "the curves and the weights alone, without experiments",
    "experiments": "experiments",
}
_MOST = 5
"""As many findings are told in short."""


def diagnosed(diagnosis: Diagnosis) -> RenderableType:
    """Return the verdict, and every finding with its evidence, cause and remedy."""
    told = _verdict(diagnosis)
    told |= Facts({"rests on": _BASES[diagnosis.verdict.basis]} | _outlook(diagnosis))
    tried = [tried_table(diagnosis.experiments)] if diagnosis.experiments else []
    if not diagnosis.findings:
        return Group(told | Facts({"findings": "none"}), *tried)
    return Group(told, *tried, *_all(diagnosis.findings))


def tried_table(experiments: Sequence[Experiment]) -> RenderableType:
    """Return what was tried beside a run, a line each, the most gained first."""
    first, *others = experiments
    drawn = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
    drawn.title = "\nExperiments"
    for name in ("tried", "val_loss", "loss", "gain, of what is to learn", "seeds"):
        drawn.add_column(name, justify="left" if name == "tried" else "right")
    for one in [first, *sorted(others, key=lambda one: -one.gain)]:
        drawn.add_row(
            one.variant.change,
            f"{one.loss:.4g}",
            f"{one.train_loss:.4g}",
            f"{one.gain:+.1%} ± {(one.high - one.low) / 2:.1%}",
            str(one.seeds),
        )
    return drawn


def _outlook(diagnosis: Diagnosis) -> dict[str, str]:
    """Return what more rows would bring, and what to train next."""
    told = {}
    curve = diagnosis.learning_curve
    if curve is not None:
        told["more rows"] = (
            f"twice as many would bring the loss to some {curve.loss(2):.3g}, four "
            f"times to {curve.loss(4):.3g}, from {curve.loss(1):.3g}"
        )
    if diagnosis.next_design is not None:
        told["next"] = f"train with {diagnosis.next_design.change}"
    return told


def treated(found: Treated) -> RenderableType:
    """Return the way from ill to well, a line a treatment, and what is left."""
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("finding", "change", "left to learn", "after", ""):
        drawn.add_column(name, no_wrap=True)
    for step in found.steps:
        shares = map(_share, (step.before, step.after))
        drawn.add_row(step.code, step.change, *shares, "kept" if step.is_kept else "")
    kept = [step.change for step in found.steps if step.is_kept]
    told = Facts(
        {
            "helped": ", then ".join(kept) or "nothing that was tried",
            "left": ", ".join(map(_name, found.findings)) or "no findings",
        }
    )
    return Group(told, "", drawn) if found.steps else told


def checked(found: Checked) -> RenderableType:
    """Return every finding of a check, and which checks found nothing."""
    ends = {"passed": ", ".join(found.passed)}
    if found.skipped:
        ends["skipped"] = ", ".join(found.skipped)
    if not found.findings:
        return Facts({"findings": "none"} | ends)
    head = Facts({"findings": f"{len(found.findings):,}"} | ends)
    return Group(head, *_all(found.findings))


def in_short(diagnosis: Diagnosis) -> Facts:
    """Return the verdict, and the worst findings in a line each."""
    told = _verdict(diagnosis) | Facts(
        {_name(one): _line(one) for one in diagnosis.findings[:_MOST]}
    )
    left = len(diagnosis.findings) - _MOST
    return told | Facts({"…": f"{left:,} findings more"}) if left > 0 else told


def grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return findings that say the same of several layers or columns together.

    They come in the order of the first of each.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        key = (one.severity, one.code, one.cause, one.remedy)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _all(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    for same in grouped(findings):
        yield from ("", _head(same), _told(same))


def _verdict(diagnosis: Diagnosis) -> Facts:
    said = diagnosis.verdict
    fit = (said.fit, _FITS.get(said.fit, "bold"))
    return Facts({"verdict": Text.assemble(fit, f": {said.evidence}")})


def _share(left: float) -> str:
    return f"{left:.1%}" if math.isfinite(left) else "broken"


def _name(finding: Finding) -> str:
    return f"{finding.code} {finding.where}".rstrip()


def _line(finding: Finding) -> Text:
    said = f": {finding.evidence}; {finding.remedy}"
    return Text.assemble((finding.severity, _STYLES[finding.severity]), said)


def _head(same: Sequence[Finding]) -> Text:
    first = same[0]
    name = _name(first) if len(same) == 1 else first.code
    return Text.assemble((first.severity, _STYLES[first.severity]), f" {name}")


def _told(same: Sequence[Finding]) -> Facts:
    first, evidence = same[0], {"  evidence": same[0].evidence}
    if len(same) > 1:
        evidence = {f"  {one.where or 'the run'}": one.evidence for one in same}
    return Facts(evidence | {"  cause": first.cause, "  remedy": first.remedy})
