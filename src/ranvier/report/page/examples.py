"""examples: rows of the data as the page shows them, as pictures or as values."""

import datetime
import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.report.page.markup import Html, tag
from ranvier.report.page.pictures import is_pictured, pictures
from ranvier.report.page.section import number, table
from ranvier.report.page.subject import Answers, Subject

MOST_COLUMNS = 12
_LONGEST = 60  # signs of a cell


class Examples:
    """Show rows of the part that a model is judged on.

    columns: the names of the values shown of a row; none of pictures.
    """

    def __init__(self, subject: Subject, answers: Answers) -> None:
        self._subject, self._answers = subject, answers
        self._data = answers.part.data
        self.is_pictured = is_pictured(subject.schema)

    @cached_property
    def columns(self) -> list[str]:
        """Return the names of the columns that are shown, those of most worth first."""
        schema = self._subject.schema
        if self.is_pictured:
            return []
        if not schema.is_table:
            count = min(math.prod(schema.input_shape), MOST_COLUMNS)
            return [f"column {place + 1}" for place in range(count)]
        worth = [one.name for one in self._subject.importances]
        every = [*worth, *(one.name for one in schema.columns if one.is_learnt)]
        return list(dict.fromkeys(every))[:MOST_COLUMNS]

    def shown(self, rows: NDArray[np.intp]) -> list[Any]:
        """Return each row as the address of a picture, or as the texts of its values.

        rows: places in the part, from 0.
        """
        if self.is_pictured:
            return list(pictures(self._data.take(rows).inputs, self._subject.schema))
        if not self._subject.schema.is_table:
            values = self._data.take(rows).inputs.reshape(len(rows), -1)
            few = values[:, : len(self.columns)].tolist()
            return [[number(value) for value in row] for row in few]
        frame = self._data.take(rows).frame.select(self.columns)
        return [[_text(value) for value in row] for row in frame.iter_rows()]

    def caption(self, row: int) -> str:
        """Say which row of the data this is, what was said of it, and what it is."""
        answers, classes = self._answers, self._subject.schema.classes
        said = classes[int(answers.given[row])]
        truth = classes[int(answers.targets[row])]
        place = int(self._data.numbers[row])
        return f"row {place:,}: said {said} ({answers.sure[row]:.2f}), is {truth}"

    def cards(self, rows: Sequence[int], captions: Sequence[str]) -> Html:
        """Return rows side by side as pictures, or below each other as a table."""
        shown = self.shown(np.array(rows, np.intp))
        if not self.is_pictured:
            lines = (
                [caption, *row] for caption, row in zip(captions, shown, strict=True)
            )
            heads = ["row", *self.columns]
            return table(heads, lines, label="rows with their values")
        pairs = zip(shown, captions, strict=True)
        return tag("div", *(_figure(*pair) for pair in pairs), class_="wall")


def _figure(picture: str, caption: str) -> Html:
    image = tag("img", src=picture, alt=caption, class_="pixels")
    return tag("figure", image, tag("figcaption", caption))


def _text(value: object) -> str:
    """Return the value of a cell, in few signs."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
