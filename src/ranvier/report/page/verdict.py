"""verdict: whether a run fits its data, its figures, and what is ill in it."""

from collections.abc import Iterator, Sequence

from ranvier.diagnosis import Finding
from ranvier.report.findings import grouped
from ranvier.report.learning import percent
from ranvier.report.page.markup import Html, joined, tag
from ranvier.report.page.section import Section, note, number
from ranvier.report.page.subject import Subject

_TONES = {"good fit": "good", "underfit": "under", "overfit": "over"}
_BASES = {
    "curves": "It rests on the curves and on the weights alone, without experiments.",
    "experiments": "It rests on experiments.",
}
_SHARES = ("accuracy", "ece", "subset_accuracy", "hamming_loss")
_NAMES = {
    "accuracy": "right",
    "log_loss": "log-loss",
    "brier": "Brier score",
    "ece": "calibration error",
    "subset_accuracy": "rows all right",
    "hamming_loss": "labels wrong",
    "macro_f1": "macro F1",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
    "rmse": "RMSE",
    "mae": "mean absolute error",
    "median_absolute_error": "median absolute error",
    "r2": "R²",
    "mape": "mean relative error",
}
_MOST_FINDINGS = 60


def verdict(subject: Subject) -> Html:
    """Return the verdict with its evidence, and the run in some figures."""
    said = subject.diagnosis.verdict
    tone = _TONES.get(said.fit, "unknown")
    return tag(
        "div",
        tag("p", tag("strong", said.fit, class_="fit"), " ", said.evidence, "."),
        note(_BASES[said.basis]),
        tag("dl", *_figures(subject), class_="figures"),
        class_=f"verdict {tone}",
    )


def findings(subject: Subject) -> Section:
    """Return what is ill, the worst first."""
    found = subject.diagnosis.findings
    if not found:
        return Section("findings", "Findings", note("No rule has found anything ill."))
    alike = grouped(found[:_MOST_FINDINGS])
    listed = tag("ol", *map(_finding, alike), class_="findings")
    left = len(found) - _MOST_FINDINGS
    more = note(f"{left:,} more are left out here.") if left > 0 else None
    return Section("findings", "Findings", joined(listed, more))


def named(figure: str, value: float) -> tuple[str, str]:
    """Return a metric's name in words, and its value.

    >>> named("accuracy", 0.979)
    ('right', '97.90 %')
    """
    shown = percent(value) if figure in _SHARES else number(value)
    return _NAMES.get(figure, figure.replace("_", " ")), shown


def _finding(same: Sequence[Finding]) -> Html:
    """Return what one finding says, or several that say the same elsewhere."""
    first = same[0]
    places = [tag("b", one.where) for one in same if one.where]
    where = joined(" in ", places[0]) if len(places) == 1 else None
    evidence = tag("p", first.evidence, ".")
    if len(same) > 1:
        lines = (tag("li", tag("b", one.where), ": ", one.evidence) for one in same)
        evidence = tag("ul", *lines)
    return tag(
        "li",
        tag(
            "h3",
            tag("span", first.severity, class_="severity"),
            " ",
            tag("code", first.code),
            where,
        ),
        evidence,
        tag("p", tag("b", "Why: "), first.cause, "."),
        tag("p", tag("b", "What to do: "), first.remedy, "."),
        class_=f"finding {first.severity}",
    )


def _figures(subject: Subject) -> Iterator[Html]:
    run, answers = subject.run, subject.answers
    if answers:
        rows = f"of {len(answers.part.data):,} {answers.part.name} rows"
        for place, (figure, value) in enumerate(subject.figures.items()):
            name, shown = named(figure, value)
            yield _figure(name, shown, rows if place == 0 else "")
    best = f"the best is {run.best_epoch}"
    yield _figure("epochs", f"{len(run.history):,}", best)
    yield _figure("weights and biases", f"{run.network.size:,}", _members(subject))
    yield _figure("training", f"{run.seconds:.1f} s", run.engine)


def _members(subject: Subject) -> str:
    count = len(subject.run.members)
    return f"in each of {count} members" if count > 1 else ""


def _figure(name: str, value: str, below: str) -> Html:
    small = tag("dd", below, class_="below") if below else None
    return tag("div", tag("dt", name), tag("dd", value), small)
