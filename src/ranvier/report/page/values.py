"""values: numbers that a model predicts beside the true ones."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ranvier.chart import BLUE, Panel, rounded_axis
from ranvier.figure import Dots
from ranvier.report.page.charts import (
    CORNER,
    WIDE,
    card,
    count_axis,
    diagonal,
    grid,
    histogram,
    plain_card,
)
from ranvier.report.page.markup import Html, joined
from ranvier.report.page.section import Section, note, number
from ranvier.report.page.subject import Answers, Subject

_MOST_TARGETS, _MOST_DOTS = 4, 1_200

Numbers = NDArray[np.float64]


def values(subject: Subject, answers: Answers) -> Section:
    """Return each target as predicted over its truth, and the errors."""
    targets = subject.schema.target or [
        f"target {name}" for name in subject.schema.answers
    ]
    count = min(len(targets), _MOST_TARGETS)
    rows = _some(len(answers.targets), _MOST_DOTS // count)
    cards = [
        one
        for place in range(count)
        for one in _cards(targets[place], answers, place, rows)
    ]
    said = (
        f"{len(rows):,} of {len(answers.targets):,} {answers.part.name} rows are dots."
    )
    if len(targets) > count:
        said += f" The first {count} of {len(targets)} targets are shown."
    return Section("values", "Predicted and true", joined(note(said), grid(*cards)))


def _cards(
    name: str, answers: Answers, place: int, rows: NDArray[np.intp]
) -> Iterator[Html]:
    truth = answers.targets[:, place].astype(np.float64)
    said = answers.values[:, place].astype(np.float64)
    yield _scatter(name, truth[rows], said[rows])
    yield _errors(name, said - truth)


def _scatter(name: str, truth: Numbers, said: Numbers) -> Html:
    y = rounded_axis("", [*truth.tolist(), *said.tolist()])
    x = y._replace(label="true")
    panel = Panel(name, "predicted, over the truth", x, y, [], [], CORNER, WIDE)
    places = [panel.place(*one) for one in zip(truth, said, strict=True)]
    described = "each row is a dot; those near the line are predicted well"
    return plain_card(panel, described, more=[diagonal(panel), Dots(places, BLUE, 4)])


def _errors(name: str, errors: Numbers) -> Html:
    curve = histogram("rows", errors, BLUE)
    x = rounded_axis("predicted minus true", curve.x)
    mean, deviation = (number(float(one)) for one in (errors.mean(), errors.std()))
    said = f"mean {mean}, standard deviation {deviation}"
    title, y = f"Errors of {name}", count_axis(curve)
    panel = Panel(title, said, x, y, [curve], [], CORNER, WIDE)
    return card(panel, "how many rows are off by how much")


def _some(count: int, most: int) -> NDArray[np.intp]:
    """Return places of at most so many rows, evenly over all."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))
