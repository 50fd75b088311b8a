"""mistakes: the rows that a model is surest of and wrong about, or farthest from."""

from collections.abc import Sequence

import numpy as np

from ranvier.report.page.examples import Examples
from ranvier.report.page.section import Section, note, number
from ranvier.report.page.subject import Answers, Subject

_MOST = 12
_SURE = "The surest of the wrong answers"
_WORDS = ("no", "yes")


def mistakes(subject: Subject, answers: Answers) -> Section:
    """Return the worst answers of the model, each with its row."""
    if subject.schema.task == "regression":
        return _far(subject, answers)
    wrong = np.flatnonzero(answers.given != answers.truth)
    worst = wrong[np.argsort(-answers.sure[wrong], kind="stable")][:_MOST].tolist()
    if not worst:
        return Section("mistakes", _SURE, note("No answer is wrong."))
    examples = Examples(subject, answers)
    if subject.schema.has_labels:
        count = subject.schema.outputs
        captions = [_label(subject, answers, place) for place in worst]
        cards = examples.cards([place // count for place in worst], captions)
    else:
        cards = examples.cards(worst, [examples.caption(row) for row in worst])
    return Section("mistakes", _SURE, cards)


def _label(subject: Subject, answers: Answers, place: int) -> str:
    """Say what was said of a label of a row."""
    row, label = divmod(place, subject.schema.outputs)
    said, truth = (_WORDS[int(one[place])] for one in (answers.given, answers.truth))
    name = subject.schema.answers[label]
    number_of_row = int(answers.part.data.numbers[row])
    sure = f"{answers.sure[place]:.2f}"
    return f"row {number_of_row:,}: {name} said {said} ({sure}), is {truth}"


def _far(subject: Subject, answers: Answers) -> Section:
    """Return the rows whose answers are farthest off, in deviations of a target."""
    truth, said = answers.targets.astype(np.float64), answers.values
    scale = truth.std(axis=0)
    scale[scale == 0] = 1.0
    off = (np.abs(said - truth) / scale).max(axis=1)
    worst = np.argsort(-off, kind="stable")[:_MOST].tolist()
    rows = answers.part.data.numbers
    captions = [
        f"row {int(rows[row]):,}: said {_numbers(said[row].tolist())}, "
        f"is {_numbers(truth[row].tolist())}"
        for row in worst
    ]
    cards = Examples(subject, answers).cards(worst, captions)
    return Section("mistakes", "The answers that are farthest off", cards)


def _numbers(values: Sequence[float]) -> str:
    shown = ", ".join(map(number, values[:4]))
    return f"{shown}, …" if len(values) > 4 else shown
