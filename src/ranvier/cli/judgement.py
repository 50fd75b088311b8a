"""judgement: a model and rows with the truth → how well it does, to read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from ranvier.data import Dataset
from ranvier.model import Model, Scores
from ranvier.model.part import Part, part_of_run
from ranvier.report import (
    Facts,
    confusion_table,
    drawn_mistakes,
    each,
    listed_mistakes,
)
from ranvier.report.learning import percent
from ranvier.training import Run
from ranvier.training.metrics import Mistake

MOST_MISTAKES = 10
_SHOWN = (
    *("r2", "mae", "log_loss", "brier", "ece", "balanced_accuracy", "subset_accuracy"),
    *("roc_auc", "average_precision"),
)
"""The figures shown beside the first one, where there are such."""


class Judgement(NamedTuple):
    """Hold the scores of a model on a part of some data, and the model's classes.

    beside: the figures of a constant answer and of a linear model.
    """

    part: Part
    scores: Scores
    classes: tuple[str, ...]
    beside: Mapping[str, dict[str, float]] = MappingProxyType({})

    def document(self) -> dict[str, Any]:
        """Return the judgement as plain values."""
        scores, classes = self.scores, self.classes
        judged = {
            "part": self.part.name,
            "rows": scores.rows,
            "loss": scores.loss,
            "metrics": scores.metrics,
            "baselines": dict(self.beside),
        }
        if scores.by_target:
            judged["targets"] = dict(scores.by_target)
        if scores.confusion is None:
            return judged
        return judged | {
            "accuracy": scores.accuracy,
            "classes": list(classes),
            "confusion": scores.confusion.tolist(),
            "mistakes": [
                mistake._asdict()
                | {"truth": classes[mistake.truth], "answer": classes[mistake.answer]}
                for mistake in self._called(scores.mistakes[:MOST_MISTAKES])
            ],
        }

    def facts(self) -> Facts:
        """Return the accuracy or the error first, with the number of rows."""
        first = {self.part.name: Text.assemble(*self._figures())}
        beside = {"beside": self._baselines()} if self.beside else {}
        return Facts(first | {"metrics": self._metrics()} | beside)

    def _first(self) -> str:
        """Return the figure that is said first."""
        known = ("accuracy", "macro_f1", "hamming_loss", "rmse")
        return next(name for name in known if name in self.scores.metrics)

    def _baselines(self) -> str:
        name = self._first()
        reached = (
            f"{one} {held[name]:.4g}"
            for one, held in self.beside.items()
            if name in held
        )
        return f"{name.replace('_', ' ')} of others: {', '.join(reached)}"

    def _metrics(self) -> str:
        figures = self.scores.metrics
        shown = (name for name in _SHOWN if name in figures)
        return ", ".join(f"{one.replace('_', ' ')} {figures[one]:.4g}" for one in shown)

    def _figures(self) -> list[str | tuple[str, str]]:
        scores = self.scores
        loss = f"loss {scores.loss:.4g}"
        if scores.accuracy is None:
            name = self._first()
            figure = f"{name.replace('_', ' ')} {scores.metrics[name]:.4g}"
            return [(figure, "bold"), f" over {scores.rows:,} rows, {loss}"]
        wrong = f": {len(scores.mistakes):,} of {scores.rows:,} wrong, {loss}"
        weighed = "" if self.part.data.weights is None else " by weight"
        right = f"{percent(scores.accuracy)} right{weighed}"
        return [(right, "bold green"), wrong]

    def text(self) -> RenderableType:
        """Return which class was taken for which, and the worst mistakes.

        Of labels or several numbers, the figures of each.
        """
        confusion = self.scores.confusion
        if self.scores.by_target:
            return Group(_heading("How well each is said"), each(self.scores.by_target))
        if confusion is None:
            return Group()
        return Group(
            _heading("Which class was taken for which"),
            confusion_table(confusion, self.classes),
            *self._mistakes(),
        )

    def _called(self, mistakes: list[Mistake]) -> list[Mistake]:
        """Return mistakes whose rows are called as errors call them."""
        numbers = self.part.data.numbers
        return [one._replace(row=int(numbers[one.row])) for one in mistakes]

    def _mistakes(self) -> list[RenderableType]:
        worst = self.scores.mistakes[:MOST_MISTAKES]
        if not worst:
            return []
        data = self.part.data
        shown = listed_mistakes(self._called(worst), self.classes)
        if data.schema.image:
            images = data.take([mistake.row for mistake in worst]).inputs
            shown = drawn_mistakes(worst, images, self.classes)
        return [_heading("The surest of the wrong answers"), shown]


def judge(model: Model, part: Part) -> Judgement:
    """Return how well `model` does on `part`.

    Raises:
        DataError: the data are of another kind than those of the training.
    """
    scores = model.evaluate(part.data, part.outputs)
    return Judgement(part, scores, model.schema.classes)


def part_of_data(data: Dataset, run: Run | None) -> Part:
    """Return the rows of `data` to judge a model on.

    Of data that `run` was trained on, its test part; else the data's own; else all.
    """
    tested = run.source.fingerprints.get("test") if run else None
    if run and tested and tested == data.fingerprint():
        return part_of_run(run, data) or Part("all", data)
    return Part("test", data.test) if data.has_test else Part("all", data)


def _heading(words: str) -> Text:
    return Text(f"\n{words}\n", "bold")
