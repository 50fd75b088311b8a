"""subject: a run and its data as the page shows them; what costs is computed once."""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Parts
from ranvier.diagnosis import Diagnosis, diagnose
from ranvier.model import Model
from ranvier.model.answers import decided, label_pairs, probabilities
from ranvier.model.importance import Importance
from ranvier.model.metrics import metrics, metrics_by_target
from ranvier.model.part import Part, part_of_run
from ranvier.training import Run
from ranvier.training.calibration import at_temperature
from ranvier.training.reliability import sureness

MOST_ROWS = 20_000
"""Of a part so many rows are shown at most, drawn by chance."""


class Answers(NamedTuple):
    """Hold what the model says of the rows that it is judged on.

    part: its name, its rows and the network's outputs (N, M).
    values: (N, M) probabilities of classes or labels, or numbers in their units.
    truth: (A,) class numbers, 1 and 0 for labels; an answer for each row, and of
        labels one for each of them, row after row. given: (A,) what is said instead.
    chances: (A, C) how sure the model is of each class, or of no and of yes.

    Of numbers as answers, truth, given and chances are empty.
    """

    part: Part
    values: NDArray[Any]
    truth: NDArray[np.intp]
    given: NDArray[np.intp]
    chances: NDArray[Any]

    @property
    def targets(self) -> NDArray[Any]:
        """The truth of each row: (N,) class numbers, or (N, M) values."""
        return self.part.data.targets

    @property
    def sure(self) -> NDArray[Any]:
        """How sure the model is of each answer (A,)."""
        sure: NDArray[Any] = self.chances[np.arange(len(self.given)), self.given]
        return sure

    @property
    def weights(self) -> NDArray[Any] | None:
        """What each answer weighs (A,); None if all weigh 1."""
        weights = self.part.data.weights
        if weights is None:
            return None
        return np.repeat(weights, len(self.truth) // len(weights))


class Subject:
    """Look at one run of the page.

    data: None where they are not at hand.
    name: what the run is called among others. key: its name in the page's code.
    """

    def __init__(
        self,
        run: Run,
        data: Dataset | Parts | None,
        *,
        name: str,
        key: str,
        diagnosis: Diagnosis | None = None,
    ) -> None:
        self.run, self.data, self.name, self.key = run, data, name, key
        self.schema, self.network, self.recipe = run.schema, run.network, run.recipe
        self._diagnosis = diagnosis

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """The verdict on the run, and what is ill."""
        return self._diagnosis or diagnose(self.run, self.data)

    @cached_property
    def model(self) -> Model:
        """The model of the run, as it is shipped: calibrated, with its threshold."""
        if self.data is None:
            return Model.unsettled(self.run)
        return Model.from_run(self.run, self.data)

    @cached_property
    def answers(self) -> Answers | None:
        """What the model says of the rows that it is judged on; None without any."""
        if self.data is None or not self.run.history:
            return None
        part = part_of_run(self.run, self.data)
        if part is None or not _weighs(part.data):
            return None
        part = self._some(part)
        outputs = (
            self.model.outputs(part.data) if part.outputs is None else part.outputs
        )
        return self._answers(part._replace(outputs=outputs), outputs)

    @cached_property
    def figures(self) -> dict[str, float]:
        """The metrics of the rows that the model is judged on."""
        answers = self.answers
        if answers is None:
            return {}
        if not self.schema.classes:
            weights = answers.part.data.weights
            return metrics(self.schema.task, answers.targets, answers.values, weights)
        truth, weights = answers.truth, answers.weights
        right = float(np.average(answers.given == truth, weights=weights))
        return {"accuracy": right} | sureness(truth, answers.chances, weights)

    @cached_property
    def by_target(self) -> dict[str, dict[str, float]]:
        """The metrics of each of several labels or numbers; empty of classes."""
        answers, schema = self.answers, self.schema
        if answers is None or schema.classes or schema.outputs == 1:
            return {}
        return metrics_by_target(
            schema.task,
            schema.answers,
            answers.targets,
            answers.values,
            answers.part.data.weights,
        )

    @cached_property
    def importances(self) -> list[Importance]:
        """What each input is worth, the most first."""
        return self.model.importance(self.answers.part.data) if self.answers else []

    def _some(self, part: Part) -> Part:
        """Return the part, or rows of it where there are many."""
        count = len(part.data)
        if count <= MOST_ROWS:
            return part
        random = np.random.default_rng(self.recipe.seed)
        rows = np.sort(random.choice(count, MOST_ROWS, replace=False))
        outputs = None if part.outputs is None else part.outputs[rows]
        return Part(part.name, part.data.take(rows), outputs)

    def _answers(self, part: Part, outputs: NDArray[Any]) -> Answers:
        schema, temperature = self.schema, self.model.temperature
        if schema.task == "regression":
            none = np.empty(0, np.intp)
            return Answers(part, self._undone(outputs), none, none, np.empty((0, 2)))
        pairs = label_pairs if schema.has_labels else probabilities
        chances = at_temperature(pairs(outputs), temperature)
        truth = part.data.targets.astype(np.intp).ravel()
        if not schema.has_labels:
            given = decided(outputs, temperature, self.model.threshold)
            return Answers(part, chances, truth, given, chances)
        values = chances[:, 1].reshape(outputs.shape)
        return Answers(part, values, truth, chances.argmax(axis=1), chances)

    def _undone(self, outputs: NDArray[Any]) -> NDArray[Any]:
        answers = self.run.encoder.answers
        return outputs if answers is None else answers.undo(outputs)


def _weighs(data: Dataset) -> bool:
    """Tell whether there is a row at all that weighs something."""
    weights = data.weights
    return len(data) > 0 if weights is None else bool(weights.any())
