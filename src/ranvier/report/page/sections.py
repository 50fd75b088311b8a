"""sections: everything that the page says of one run, in its order."""

from collections.abc import Iterator

from ranvier.report.page.calibration import calibration
from ranvier.report.page.confusion import Confusion
from ranvier.report.page.design import data, network, recipe
from ranvier.report.page.experiments import experiments
from ranvier.report.page.importance import importance
from ranvier.report.page.layers import layers
from ranvier.report.page.learning import learning
from ranvier.report.page.mistakes import mistakes
from ranvier.report.page.section import Section
from ranvier.report.page.subject import Subject
from ranvier.report.page.targets import targets
from ranvier.report.page.values import values
from ranvier.report.page.verdict import findings
from ranvier.report.page.weights import weights


def sections(subject: Subject, room: float) -> list[Section]:
    """Return the sections of a run, without those that have nothing to show.

    room: the share of the room that pictures may take, from 0 to 1.
    """
    every = [
        findings(subject),
        experiments(subject),
        learning(subject),
        *_of_answers(subject),
        importance(subject),
        layers(subject),
        weights(subject, room),
        network(subject),
        recipe(subject),
        data(subject),
    ]
    return [section for section in every if section is not None]


def _of_answers(subject: Subject) -> Iterator[Section | None]:
    answers = subject.answers
    if answers is None:
        return
    if subject.schema.classes:
        yield Confusion(subject, answers).section()
    if subject.schema.task == "regression":
        yield values(subject, answers)
    yield targets(subject)
    yield mistakes(subject, answers)
    if subject.schema.task != "regression":
        yield calibration(subject, answers)
