"""model: what is shipped. Raw rows in, answers out."""

import copy
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data import Dataset, Encoder, Parts, Schema
from ranvier.engine.choose import choose, thread_count
from ranvier.engine.contract import Decode
from ranvier.errors import DataError, DescriptionError
from ranvier.model.answer_file import check_apart, write_answers
from ranvier.model.answered import AnsweredRows
from ranvier.model.answers import (
    check_outputs,
    class_names,
    decided,
    label_chances,
    label_pairs,
    probabilities,
    second_chances,
)
from ranvier.model.file import Contents, path_of, read_model, write_model
from ranvier.model.importance import Importance, importance
from ranvier.model.inputs import Rows, read_rows
from ranvier.model.rows import Inputs, block_rows, network_blocks, numbers_of
from ranvier.model.scores import Answered, Scores, answered, score
from ranvier.model.threshold import Threshold, choose_threshold, settled
from ranvier.model.together import Outputs, Together
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training import Run
from ranvier.training.calibration import at_temperature, fit_temperature
from ranvier.training.run import check_run


class Model:
    """Answer for raw rows: encoder, network, weights and class names in one.

    >>> from ranvier import Dense, Network, Recipe, train
    >>> from ranvier.data import from_arrays
    >>> points = from_arrays([[0.0], [1.0], [2.0], [3.0]] * 8, ["low", "high"] * 16)
    >>> network = Network([Dense(2, "softmax")])
    >>> run = train(network, points, Recipe(epochs=1), folder=None)
    >>> Model.from_run(run).predict_proba([[0.0], [3.0]]).shape
    (2, 2)
    """

    def __init__(
        self, contents: Contents, *, engine: str = "auto", threads: int | None = None
    ) -> None:
        self._contents = contents
        self._engine, self._threads = choose(engine).engine, thread_count(threads)
        self._lock = threading.Lock()

    @classmethod
    def from_run(
        cls,
        run: Run,
        data: Dataset | Parts | None = None,
        *,
        engine: str = "auto",
        threads: int | None = None,
    ) -> "Model":
        """Return the model with the best weights of `run`, and of its other members.

        data: those of the run. With them probabilities are calibrated, and the
            threshold that the recipe asks for is found, each member answering for the
            validation rows that it has not learnt from.

        Raises:
            DescriptionError: the run has no epoch yet, and so has learnt nothing.
            DataError: the recipe's threshold is to be found, and there are no `data`;
                or they are not those of the run.
        """
        from ranvier.model.finished import finished  # which makes models

        model = cls.unsettled(run, engine=engine, threads=threads)
        if data is not None:
            return finished(model, run, data)[0]
        if isinstance(run.recipe.threshold, str):
            raise DataError(
                f"threshold={run.recipe.threshold!r} is found on validation rows; give "
                "the run's data too: Model.from_run(run, data)."
            )
        return settled(model, None)[0]

    @classmethod
    def unsettled(
        cls, run: Run, *, engine: str = "auto", threads: int | None = None
    ) -> Self:
        """Return the weights of `run` alone: not calibrated, the threshold at 0.5.

        Raises:
            DescriptionError: the run has no epoch yet, and so has learnt nothing.
        """
        check_run(run, "Model.from_run")
        if not run.history:
            raise DescriptionError(
                f"{run!r} has learnt nothing yet; train it for at least one epoch."
            )
        contents = Contents(
            run.network,
            run.schema,
            run.recipe,
            run.encoder,
            run.parameters,
            others=tuple(other.parameters for other in run.others),
        )
        return cls(contents, engine=engine, threads=threads)

    @classmethod
    def load(
        cls, path: str | Path, *, engine: str = "auto", threads: int | None = None
    ) -> Self:
        """Read a model from its file; no code in the file is run.

        Raises:
            FileError: the file is missing, cut short, altered, or no model.
        """
        return cls(read_model(path_of(path)), engine=engine, threads=threads)

    def save(self, path: str | Path) -> None:
        """Write the model into one safetensors file, whole or not at all.

        Raises:
            FileError: the folder cannot be written to, or the disk is full.
        """
        write_model(path_of(path), self._contents)

    @property
    def network(self) -> Network:
        """The network, with the shape of its input."""
        return self._contents.network

    @property
    def schema(self) -> Schema:
        """What a row means, and the names of the classes."""
        return self._contents.schema

    @property
    def recipe(self) -> Recipe:
        """How the network was trained."""
        return self._contents.recipe

    @property
    def encoder(self) -> Encoder:
        """What turns raw values into the network's numbers."""
        return self._contents.encoder

    @property
    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """The weights and biases by name, such as `dense_1.weight` (K, M)."""
        return self._contents.parameters

    @property
    def members(self) -> tuple[dict[str, NDArray[np.float32]], ...]:
        """The weights of all networks whose mean is the answer; most often of one."""
        return self._contents.members

    def predict(self, inputs: ArrayLike | Path) -> NDArray[Any]:
        """Return the class of each row (N,), its labels (N, M), or its values.

        Labels are true or false, in the order of `schema.target`. Values are (N,), or
        (N, M) of several targets.

        inputs: N raw rows, or one, of the schema's shape or flattened. A model trained
            on bytes takes integers and floats from 0 to 255, but not from 0 to 1. Of a
            table, a frame, a dict of columns, or a dict or a list of dicts, a row each:
            columns in any order, with new categories, missing cells and more columns.
            Or the path of a file, as for `answers`.

        Classes are integers where all their names are, else texts.

        Raises:
            DataError: the rows are of another shape or range.
        """
        return self._said(self._outputs(inputs))

    def _said(self, outputs: Outputs) -> NDArray[Any]:
        if self.schema.classes:
            given = decided(outputs, self.temperature, self.threshold)
            return self._class_names[given]
        if self.schema.has_labels:
            return outputs > 0.5
        answers: NDArray[Any] = outputs
        if self.encoder.answers is not None:
            answers = self.encoder.answers.undo(outputs)
        return answers[:, 0] if answers.shape[1] == 1 else answers

    def predict_proba(self, inputs: ArrayLike | Path) -> NDArray[np.float32]:
        """Return how sure the model is of each class, (N, classes); rows sum to 1.

        Of labels, how probable each is by itself, (N, labels).

        Raises:
            DataError: the rows are of another shape or range, or there are no classes.
        """
        if self.schema.task == "regression":
            raise DataError(
                f"the model gives numbers for {self.schema.name}, which has no "
                "classes; use predict()."
            )
        return self._chances(self._outputs(inputs))

    def _chances(self, outputs: Outputs) -> NDArray[np.float32]:
        if self.schema.has_labels:
            return label_chances(outputs, self.temperature)
        return at_temperature(probabilities(outputs), self.temperature)

    def answers(self, *paths: str | Path) -> Iterator[AnsweredRows]:
        """Yield the rows of files with what the model says of them, in their order.

        paths: of tables, in whatever form `ranvier.data.load` reads them; of pictures
            or recordings, or of folders of them; or of arrays of rows, .npy or .npz.

        Only as many rows are in memory as RANVIER_MEMORY allows, and the answers are
        those that `predict` gives to all at once.

        Raises:
            DataError: a row cannot be answered; the error says file, row and column.
            FileError: a file is missing, damaged or of another kind.
        """
        if not paths:
            raise DataError(
                "answers(): there is no file; give the path of one or more."
            )
        for rows in read_rows(paths, self.schema, block_rows(self.encoder)):
            outputs = self._outputs_of(rows)
            chances = None
            if self.schema.task != "regression":
                chances = self._chances(outputs)
            names = self.schema.answers
            yield AnsweredRows(rows, names, self._said(outputs), chances)

    def predict_file(
        self, inputs: str | Path | Sequence[str | Path], output: str | Path
    ) -> int:
        """Write the rows of files with their answers, and return how many they are.

        inputs: as for `answers`. output: a CSV, TSV, Parquet, JSON Lines or Arrow file,
            written whole or not at all. See `AnsweredRows.frame` for its columns.

        Raises:
            DataError, FileError: as of `answers`, or the output cannot be written.
        """
        paths = [inputs] if isinstance(inputs, (str, Path)) else inputs
        check_apart(output, paths)
        return write_answers(output, self.answers(*paths))

    def outputs(self, data: Dataset) -> Outputs:
        """Return what the network's last layer says of the rows of `data`, (N, M).

        Raises:
            DataError: `data` are of another kind than those of the training.
        """
        with self._lock:
            return answered(self._together, self._contents, data).outputs

    def evaluate(self, data: Dataset, outputs: Outputs | None = None) -> Scores:
        """Compare the model's answers with the truth on the rows of `data`.

        outputs: (N, M) to judge instead of what the model would say, as of `unseen`.

        Raises:
            DataError: `data` are of another kind than those of the training.
        """
        with self._lock:
            return score(self._together, self._contents, data, outputs)

    def calibrated(self, validation: Dataset, outputs: Outputs | None = None) -> Self:
        """Return the model with probabilities as sure as they are right.

        One temperature is fitted on rows that the network did not learn from, such as
        those it was chosen by; the answers stay (Guo et al. 2017, section 4.2). With
        too few rows, or for numbers, the model stays as it is. What a run with several
        members keeps for validation, most of them have learnt from: there, give the
        data to `from_run`.

        outputs: (N, M) to fit on instead of what the model would say, as of `unseen`.

        Raises:
            DataError: `validation` is of another kind than the training.
        """
        if self.schema.task == "regression":
            return self
        with self._lock:
            judged = answered(self._together, self._contents, validation, outputs)
        found = _temperature(self.schema, judged, validation.weights)
        model = copy.copy(self)
        model._contents = self._contents._replace(temperature=found)
        return model

    def importance(self, data: Dataset) -> list[Importance]:
        """Return what the model loses where each input is shuffled, the most first.

        A column of a table, or a number of other rows, on at most 2,000 rows of
        `data`; pictures and sounds have none.

        Raises:
            DataError: `data` are of another kind than those of the training.
        """
        with self._lock:
            return importance(self._together, self._contents, data)

    def best_threshold(
        self,
        validation: Dataset,
        outputs: Outputs | None = None,
        *,
        by: str | float = "accuracy",
    ) -> Threshold:
        """Return the threshold that is best on rows that were not learnt from.

        outputs: (N, M) to choose on instead of what the model would say, as of
            `unseen`.
        by: as for `choose_threshold`: "accuracy", "balanced_accuracy", "f1", or how
            many times a miss of the second class costs what a false alarm does.

        Raises:
            DataError: `validation` is of another kind than the training, or of one
                class alone; or the model does not tell two classes apart.
            DescriptionError: there is no such way to choose.
        """
        self._check_two_classes()
        with self._lock:
            judged = answered(self._together, self._contents, validation, outputs)
        chances = second_chances(judged.outputs, self.temperature)
        return choose_threshold(judged.targets, chances, validation.weights, by=by)

    def with_threshold(self, threshold: float) -> Self:
        """Return the model that answers the second of two classes above `threshold`.

        Raises:
            DataError: it is no number from 0 to 1, or there are not two classes.
        """
        self._check_two_classes()
        if not isinstance(threshold, (int, float)) or not 0 <= threshold <= 1:
            raise DataError(
                f"with_threshold({threshold!r}): give a probability from 0 to 1; at "
                "0.5 the more probable class is the answer."
            )
        model = copy.copy(self)
        model._contents = self._contents._replace(threshold=float(threshold))
        return model

    def _check_two_classes(self) -> None:
        if len(self.schema.classes) != 2:
            raise DataError(
                f"a threshold tells two classes apart, {self.schema.name} has "
                f"{len(self.schema.classes)}; leave the threshold out."
            )

    @property
    def threshold(self) -> float:
        """Above which probability the second of two classes is the answer."""
        return self._contents.threshold

    @property
    def temperature(self) -> float:
        """By what probabilities are made less sure, or surer if it is below 1."""
        return self._contents.temperature

    @cached_property
    def _class_names(self) -> NDArray[Any]:
        return class_names(self.schema)

    @cached_property
    def _together(self) -> Together:
        network, recipe = self._contents.network, self._contents.recipe
        decode = Decode(self.encoder.scale, self.encoder.shift)
        programs = [
            self._engine.program(network, recipe, decode, weights, self._threads)
            for weights in self._contents.members
        ]
        return Together(programs, network, recipe)

    def _outputs(self, inputs: ArrayLike | Path) -> Outputs:
        if isinstance(inputs, (str, Path)):
            read = read_rows([inputs], self.schema, block_rows(self.encoder))
            return np.concatenate([self._outputs_of(rows) for rows in read])
        blocks = network_blocks(inputs, self.schema, self.encoder)
        return self._run(blocks, "row {}".format)

    def _outputs_of(self, rows: Rows) -> Outputs:
        return self._run([numbers_of(rows, self.schema, self.encoder)], rows.name)

    def _run(
        self, blocks: Iterable[Inputs], called: Callable[[int], str]
    ) -> NDArray[np.float32]:
        # A program has one scratch memory: two threads take turns.
        with self._lock:
            said = [self._together.predict(rows) for rows in blocks]
        outputs = said[0] if len(said) == 1 else np.concatenate(said)
        check_outputs(outputs, called)
        return outputs

    def __repr__(self) -> str:
        size = self.network.size * len(self.members)
        return f"Model({self.schema.name!r}, {size:,} parameters)"

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in vars(self).items()
            if name not in ("_lock", "_together")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())


def _temperature(
    schema: Schema, judged: Answered, weights: NDArray[Any] | None
) -> float:
    if not schema.has_labels:
        return fit_temperature(judged.targets, probabilities(judged.outputs), weights)
    truth = judged.targets.ravel().astype(np.intp)
    each = None if weights is None else np.repeat(weights, schema.outputs)
    return fit_temperature(truth, label_pairs(judged.outputs), each)
