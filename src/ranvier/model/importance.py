"""importance: how much worse a model does where one input is shuffled."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Encoder, Schema
from ranvier.engine.contract import Evaluation, Samples
from ranvier.model.file import Contents
from ranvier.model.scores import answered, check_data, samples_of
from ranvier.model.together import Together, evaluation

REPEATS, MOST_ROWS, FEWEST_ROWS = 5, 2_000, 100
_WORK = 2_000_000_000  # multiplications: a fraction of a second
_OVERHEAD = 1_000  # of them, to shuffle a row and judge it


class Importance(NamedTuple):
    """Say what a model loses where the values of one input change their rows.

    name: the column; "column 3" is the third of arrays.
    loss: by how much the mean loss rises; where it falls, that is chance.
    deviation: of the rise, from shuffle to shuffle.
    accuracy: by how much the share of right classes falls; None for numbers.
    """

    name: str
    loss: float
    deviation: float
    accuracy: float | None


class Lost(NamedTuple):
    """Hold what one shuffle costs, in loss and in accuracy."""

    loss: float
    accuracy: float | None


def importance(
    together: Together, contents: Contents, data: Dataset, *, seed: int = 0
) -> list[Importance]:
    """Return the importance of each input, the greatest first, by permutation.

    Breiman 2001, section 10. Of a table an input is a column, of rows of numbers a
    number; pictures, sounds and inputs too many for a fraction of a second have none.

    Raises:
        DataError: `data` are of another kind than those of the training.
    """
    check_data(contents.schema, data)
    inputs = list(_inputs(contents.schema, contents.encoder))
    work = len(inputs) * (contents.network.size + _OVERHEAD) * len(contents.members)
    if not inputs or work * FEWEST_ROWS > 10 * _WORK:
        return []
    count = int(np.clip(_WORK // (work * REPEATS), FEWEST_ROWS, MOST_ROWS))
    repeats = int(np.clip(_WORK // (work * count), 1, REPEATS))
    random = np.random.default_rng(seed)
    few = _some(data, count, random)
    if few.weights is not None and not few.weights.any():
        return []
    shuffled = _Shuffled(together, contents, few)
    found = [
        _importance(name, [shuffled.lost(columns, random) for _ in range(repeats)])
        for name, columns in inputs
    ]
    return sorted(found, key=lambda one: -one.loss)


class _Shuffled:
    """Judge rows again and again, with some of their numbers shuffled."""

    def __init__(self, together: Together, contents: Contents, data: Dataset) -> None:
        outputs, targets = answered(together, contents, data)
        given = list(samples_of(contents, data, targets))
        self._together = together
        self._rows = np.concatenate([one.inputs for one in given])
        self._targets = np.concatenate([one.targets for one in given])
        self._weights = data.weights
        self._whole = self._judged(outputs)

    def lost(self, columns: NDArray[np.intp], random: np.random.Generator) -> Lost:
        """Return what is lost with the numbers of `columns` shuffled."""
        kept = self._rows[:, columns]
        self._rows[:, columns] = kept[random.permutation(len(kept))]
        judged = self._judged(self._together.predict(self._rows))
        self._rows[:, columns] = kept
        fallen = None
        if judged.accuracy is not None and self._whole.accuracy is not None:
            fallen = self._whole.accuracy - judged.accuracy
        return Lost(judged.loss - self._whole.loss, fallen)

    def _judged(self, outputs: NDArray[np.float32]) -> Evaluation:
        samples = Samples(self._rows, self._targets, self._weights)
        network, recipe = self._together.network, self._together.recipe
        return evaluation(network, recipe, samples, outputs)


def _inputs(schema: Schema, encoder: Encoder) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield the name of each input, and which of the network's numbers it becomes."""
    if encoder.table is not None:
        origins = np.array(encoder.table.origins)
        for number, column in enumerate(encoder.table.columns):
            yield column.name, np.flatnonzero(origins == number)
    elif len(schema.input_shape) == 1:
        for number in range(schema.input_shape[0]):
            yield f"column {number + 1}", np.array([number])


def _some(data: Dataset, count: int, random: np.random.Generator) -> Dataset:
    if len(data) <= count:
        return data
    return data.take(np.sort(random.choice(len(data), count, replace=False)))


def _importance(name: str, lost: list[Lost]) -> Importance:
    rises = np.array([one.loss for one in lost])
    falls = [one.accuracy for one in lost if one.accuracy is not None]
    accuracy = float(np.mean(falls)) if falls else None
    return Importance(name, float(rises.mean()), float(rises.std()), accuracy)
