"""comparison: several runs beside each other: figures, curves, and what differs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ranvier.chart import PALETTE, Curve
from ranvier.model.metrics import BETTER
from ranvier.report.learning import network_line
from ranvier.report.page.charts import WIDE, card, grid, resized
from ranvier.report.page.markup import Html, joined, tag
from ranvier.report.page.section import Section, note, number, table
from ranvier.report.page.subject import Subject
from ranvier.report.page.verdict import named
from ranvier.training.drawing import over_epochs, thinned

_CURVES = {
    "val_loss": "loss on validation rows",
    "loss": "loss on training rows",
    "val_accuracy": "accuracy on validation rows",
}
_MOST_DIFFERENCES = 60

Subjects = Sequence[Subject]


def comparison(subjects: Subjects) -> list[Section]:
    """Return the runs beside each other; nothing for one run."""
    if len(subjects) < 2:
        return []
    return [
        Section("compared", "The runs beside each other", _figures(subjects)),
        Section("curves", "Their curves", grid(*_cards(subjects))),
        Section("differences", "What differs", _differences(subjects)),
    ]


def _figures(subjects: Subjects) -> Html:
    metrics = list(dict.fromkeys(name for one in subjects for name in one.figures))
    best = {name: _best(subjects, name) for name in metrics}
    names = [named(name, 0)[0] for name in metrics]
    heads = ["run", "verdict", "findings", *names, "best epoch", "weights", "seconds"]
    rows = (list(_line(subject, metrics, best)) for subject in subjects)
    said = note(_judged(subjects), " The best of each figure is bold.")
    return joined(said, table(heads, rows, label="runs", numbers=len(heads) - 3))


def _line(
    subject: Subject, metrics: Sequence[str], best: Mapping[str, float]
) -> Iterator[str]:
    run, diagnosis = subject.run, subject.diagnosis
    severities = [finding.severity for finding in diagnosis.findings]
    yield tag("a", subject.name, href=f"#{subject.key}")
    yield diagnosis.verdict.fit
    yield _counted(severities)
    for name in metrics:
        value = subject.figures.get(name)
        shown = "" if value is None else named(name, value)[1]
        yield tag("b", shown) if value == best[name] else shown
    yield f"{run.best_epoch} of {len(run.history)}"
    yield f"{run.network.size * len(run.members):,}"
    yield f"{run.seconds:.1f}"


def _counted(severities: Sequence[str]) -> str:
    said = ", ".join(
        f"{count} {name}{'s' if count > 1 else ''}"
        for name in ("error", "warning", "note")
        if (count := severities.count(name))
    )
    return said or "none"


def _judged(subjects: Subjects) -> str:
    parts = {one.answers.part.name for one in subjects if one.answers}
    if not parts:
        return "Without their data, the runs are not judged on rows."
    return f"The figures are of {' and '.join(sorted(parts))} rows."


def _best(subjects: Subjects, name: str) -> float:
    known = [one.figures[name] for one in subjects if name in one.figures]
    return max(known) if BETTER.get(name) == "higher" else min(known)


def _cards(subjects: Subjects) -> Iterator[Html]:
    for figure, title in _CURVES.items():
        curves = [
            curve
            for place, subject in enumerate(subjects)
            if (curve := _curve(subject, figure, PALETTE[place % len(PALETTE)])).x
        ]
        if curves:
            is_share = figure == "val_accuracy"
            panel = over_epochs(title, "", curves, is_share=is_share)
            yield card(resized(panel, WIDE), "one curve for each run")


def _curve(subject: Subject, figure: str, colour: str) -> Curve:
    epochs = [
        epoch
        for epoch in thinned(subject.run.history)
        if getattr(epoch, figure) is not None
    ]
    x = [float(epoch.epoch) for epoch in epochs]
    return Curve(subject.name, x, [getattr(epoch, figure) for epoch in epochs], colour)


def _differences(subjects: Subjects) -> Html:
    """Return the options of recipe and network that are not the same in all runs."""
    designs = [dict(_flat(_design(one))) for one in subjects]
    names = dict.fromkeys(name for design in designs for name in design)
    rows = [
        [name, *(design.get(name, "–") for design in designs)]
        for name in names
        if len({design.get(name) for design in designs}) > 1
    ]
    if not rows:
        return note("Their networks and recipes are the same.")
    heads = ["option", *(subject.name for subject in subjects)]
    whole = table(heads, rows[:_MOST_DIFFERENCES], label="what differs")
    left = len(rows) - _MOST_DIFFERENCES
    return joined(whole, note(f"{left:,} more differ.") if left > 0 else None)


def _design(subject: Subject) -> dict[str, Any]:
    return {
        "data": subject.schema.name,
        "network": network_line(subject.network),
        **subject.recipe.to_dict(),
    }


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the names of all values in tables and lists, as `optimizer.type`."""
    if isinstance(value, Mapping):
        inner: Any = value.items()
    elif isinstance(value, (list, tuple)):
        inner = enumerate(value, 1)
    else:
        yield name, number(value) if isinstance(value, float) else str(value)
        return
    for key, one in inner:
        yield from _flat(one, f"{name}.{key}" if name else str(key))
