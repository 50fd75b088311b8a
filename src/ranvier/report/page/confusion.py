"""confusion: which class is taken for which; its cells open the rows."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.report.learning import percent
from ranvier.report.page.examples import Examples
from ranvier.report.page.markup import Html, joined, tag
from ranvier.report.page.section import Section, folded, note, scrolled, table
from ranvier.report.page.subject import Answers, Subject
from ranvier.training.metrics import confusion as counted

MOST_CLASSES = 26
"""Of more classes, the pairs most often taken for each other are listed."""

_MOST_PAIRS = 40
_MOST_WRONG, _MOST_RIGHT = 12, 6  # examples of a cell
_MOST_SIGNS = 350_000  # that the examples of a page take
_STEPS = 9  # of strength in the colour of a cell

Cells = dict[str, Any]


class Confusion:
    """Count the answers of a model, and choose the rows that its cells show."""

    def __init__(self, subject: Subject, answers: Answers) -> None:
        self._subject, self._answers = subject, answers
        self._classes = subject.schema.classes
        count = len(self._classes)
        self._counts = counted(answers.targets, answers.given, count)
        self._wrong = self._counts * ~np.eye(count, dtype=bool)

    def section(self) -> Section:
        """Return the matrix, and how well each class is known."""
        part = self._answers.part
        is_small = len(self._classes) <= MOST_CLASSES
        said = (
            f"What the model says of {len(part.data):,} {part.name} rows. "
            "Press a number to see its rows, the surest of the wrong ones first."
        )
        known = self._by_class()
        if is_small:
            shown = tag("div", self._matrix(), known, class_="beside")
        else:
            shown = joined(self._pairs(), folded("How well each class is known", known))
        title = "Which class is taken for which"
        return Section("confusion", title, joined(note(said), shown))

    def cells(self, room: float) -> Cells:
        """Return the rows of each cell, as the page's code reads them.

        room: the share that there is of the most room, from 0 to 1.
        """
        examples = Examples(self._subject, self._answers)
        cells: dict[str, Any] = {}
        left = int(room * _MOST_SIGNS)
        for name, rows in self._chosen():
            shown = examples.shown(rows)
            left -= sum(len(str(one)) for one in shown)
            if left < 0:
                break
            captions = map(examples.caption, rows.tolist())
            cells[name] = list(zip(captions, shown, strict=True))
        return {"columns": examples.columns, "cells": cells}

    def _chosen(self) -> Iterator[tuple[str, NDArray[np.intp]]]:
        """Yield the name of each cell with rows, those of many mistakes first."""
        answers = self._answers
        order = np.argsort(-self._wrong, axis=None, kind="stable")
        for place in order.tolist():
            truth, given = divmod(place, len(self._classes))
            if not self._counts[truth, given]:
                continue
            rows = np.flatnonzero((answers.targets == truth) & (answers.given == given))
            # Of wrong answers the surest tell most, of right ones the least sure.
            sure = answers.sure[rows] * (1 if truth == given else -1)
            most = _MOST_RIGHT if truth == given else _MOST_WRONG
            yield f"{truth}-{given}", rows[np.argsort(sure, kind="stable")][:most]

    def _matrix(self) -> Html:
        heads = (tag("th", name, scope="col") for name in self._classes)
        top = tag("tr", tag("th", "is ↓ said →", scope="col"), *heads)
        body = (
            tag("tr", tag("th", name, scope="row"), *self._row(truth))
            for truth, name in enumerate(self._classes)
        )
        whole = tag("table", tag("thead", top), tag("tbody", *body), class_="confusion")
        return scrolled(whole, "confusion matrix")

    def _row(self, truth: int) -> Iterator[Html]:
        for given, count in enumerate(self._counts[truth].tolist()):
            is_right = truth == given
            alike = np.diag(self._counts) if is_right else self._wrong
            strength = -(-count * _STEPS // int(alike.max())) if count else 0
            kind = "right" if is_right else "wrong"
            inner = self._button(truth, given) if count else Html("·")
            yield tag("td", inner, class_=f"{kind} heat-{strength}")

    def _button(self, truth: int, given: int) -> Html:
        is_, said = self._classes[truth], self._classes[given]
        count = int(self._counts[truth, given])
        label = f"{count:,} rows that are {is_}, said to be {said}"
        return tag(
            "button",
            f"{count}",
            type="button",
            aria_label=label,
            data_run=self._subject.key,
            data_cell=f"{truth}-{given}",
        )

    def _pairs(self) -> Html:
        order = np.argsort(-self._wrong, axis=None, kind="stable")[:_MOST_PAIRS]
        pairs = [divmod(place, len(self._classes)) for place in order.tolist()]
        rows = (
            [self._classes[truth], self._classes[given], self._button(truth, given)]
            for truth, given in pairs
            if self._wrong[truth, given]
        )
        heads = ["is", "said", "times"]
        return table(heads, rows, label="classes taken for each other", numbers=1)

    def _by_class(self) -> Html:
        heads = ["class", "rows", "found", "right where said", "F1"]
        rows = (list(self._known(truth)) for truth in range(len(self._classes)))
        return table(heads, rows, label="how well each class is known", numbers=4)

    def _known(self, truth: int) -> Iterator[str]:
        counts = self._counts
        right = int(counts[truth, truth])
        there, said = int(counts[truth].sum()), int(counts[:, truth].sum())
        yield self._classes[truth]
        yield f"{there:,}"
        yield percent(right / there) if there else ""
        yield percent(right / said) if said else ""
        yield f"{2 * right / (there + said):.4f}" if there + said else ""
