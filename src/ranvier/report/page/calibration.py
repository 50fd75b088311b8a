"""calibration: whether answers are as often right as the model is sure of them."""

import math
from collections.abc import Sequence

import numpy as np

from ranvier.chart import BLUE, ORANGE, Axis, Curve, Panel
from ranvier.figure import Line
from ranvier.report.learning import percent
from ranvier.report.page.charts import (
    CORNER,
    WIDE,
    card,
    count_axis,
    diagonal,
    grid,
    stairs,
)
from ranvier.report.page.markup import Html, joined
from ranvier.report.page.section import Section, note
from ranvier.report.page.subject import Answers, Subject
from ranvier.training.reliability import (
    BINS,
    Bin,
    calibration_interval,
    reliability,
)

_DRAWS = 100
_BARS = 20
_FEWEST = 10  # rows in a bin of the diagram


def calibration(subject: Subject, answers: Answers) -> Section:
    """Return the reliability diagram, and how sure the answers are."""
    judged = answers.truth, answers.chances, answers.weights
    low, high = calibration_interval(*judged, draws=_DRAWS)
    error = percent(subject.figures["ece"])
    said = (
        f"The calibration error is {error}, between {percent(low)} and {percent(high)} "
        f"with 90 % confidence; {_temperature(subject.model.temperature)}."
    )
    bins = max(1, min(BINS, len(answers.truth) // _FEWEST))
    cards = grid(_diagram(reliability(*judged, bins=bins)), _confidences(answers))
    return Section("calibration", "Calibration", joined(note(said), cards))


def _temperature(temperature: float) -> str:
    if temperature == 1:
        return "the probabilities are those of the network"
    return f"the probabilities were calibrated at a temperature of {temperature:.3g}"


def _diagram(bins: Sequence[Bin]) -> Html:
    """Return how often the rows of each bin are right, over how sure the model is."""
    least = min(min(one.confidence, one.low) for one in bins)
    y = Axis("", max(0.0, math.floor(least * 10) / 10), 1.0)
    x = y._replace(label="how sure the model is")
    sure, right = ([getattr(one, name) for one in bins] for name in Bin._fields[:2])
    curve = Curve("right", sure, right, BLUE, has_dots=True)
    said = "share of right answers, with intervals of 95 %"
    panel = Panel("Reliability", said, x, y, [curve], [], CORNER, WIDE)
    intervals = [
        Line([panel.place(one.confidence, y) for y in (one.low, one.high)], BLUE, 1.5)
        for one in bins
    ]
    described = "below the straight line the model is surer than it is right"
    return card(panel, described, more=[diagonal(panel), *intervals])


def _confidences(answers: Answers) -> Html:
    """Return how many right and wrong answers there are of each confidence."""
    is_right = answers.given == answers.truth
    edges = np.linspace(0, 1, _BARS + 1)
    curves = [
        stairs(name, np.histogram(answers.sure[chosen], edges)[0], edges, colour)
        for name, chosen, colour in (
            ("right", is_right, BLUE),
            ("wrong", ~is_right, ORANGE),
        )
    ]
    x, y = Axis("how sure the model is", 0.0, 1.0), count_axis(*curves)
    title, said = "How sure the answers are", "number of answers"
    panel = Panel(title, said, x, y, curves, [], CORNER, WIDE)
    return card(panel, "right and wrong answers of each confidence")
