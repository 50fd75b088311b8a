"""case: a run and its data, as rules look at them; what costs is computed once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Parts
from ranvier.diagnosis.attempt import Attempts
from ranvier.diagnosis.bounds import Bounds, bounds_of
from ranvier.diagnosis.curves import Curves
from ranvier.diagnosis.sample import Sample, sampled
from ranvier.diagnosis.simple import Simple
from ranvier.engine.choose import choose, thread_count
from ranvier.engine.contract import Decode, Program
from ranvier.engine.parameters import initial_parameters
from ranvier.engine.reference.losses import row_losses
from ranvier.engine.reference.tally import chosen_class
from ranvier.network import Layer, PlacedLayer
from ranvier.recipe import Loss, Recipe
from ranvier.training import Run
from ranvier.training.portion import Portion, portion
from ranvier.training.probe import CAREFUL, LayerState, probe, some
from ranvier.training.weighting import weighed

MOST_ROWS = 10_000
"""Of a part so many rows are judged at most: enough for a third figure."""

SIMPLE_ROWS = 1_000
"""Simple methods look at so many rows: each row is compared with every other."""

_FAILED = 0.8  # of what can be learnt, still to be learnt


@dataclass(frozen=True, eq=False)
class Judged:
    """Hold what the network says of some rows of a part.

    rows: (N,) their numbers in the memory.
    outputs: (N, M). losses: (N,). right: (N,), whether the class is right; None for
        numbers as targets.
    """

    rows: NDArray[np.uint32]
    outputs: NDArray[np.float32]
    targets: NDArray[np.generic]
    losses: NDArray[np.float64]
    right: NDArray[np.bool_] | None

    @property
    def loss(self) -> float:
        """The mean loss."""
        return float(self.losses.mean())

    @property
    def loss_error(self) -> float:
        """The standard error of the mean loss."""
        return float(self.losses.std() / np.sqrt(max(len(self.losses), 1)))


class Case:
    """Look at a run, with its data where they are at hand.

    parts: the rows that the run learnt from, validated and tests on; None where the
        data are not known, so that only the history speaks.
    threads: at most so many compute; as many as there are cores if left out.
    """

    def __init__(
        self, run: Run, parts: Parts | None, *, threads: int | None = None
    ) -> None:
        self.run, self.parts, self.threads = run, parts, thread_count(threads)
        self.network, self.recipe, self.schema = run.network, run.recipe, run.schema

    @cached_property
    def layers(self) -> dict[str, Layer]:
        """Every layer by its name, those within residuals too."""
        return {placed.name: placed.layer for placed in _all(self.network.placed())}

    @cached_property
    def curves(self) -> Curves:
        """The history as arrays."""
        return Curves(self.run.history)

    @cached_property
    def loss(self) -> Loss:
        """The loss that the run was trained by."""
        return self.recipe.loss_for(self.network)

    @property
    def has_classes(self) -> bool:
        """Whether the targets are classes."""
        return bool(self.schema.classes)

    @cached_property
    def numbers(self) -> Parts | None:
        """The parts as the network reads them."""
        return (
            None if self.parts is None else self.run.encoder.encoded_parts(self.parts)
        )

    @cached_property
    def train(self) -> Judged | None:
        """What the best weights say of training rows, without dropout and the like."""
        return self._judged("train", self.program)

    @cached_property
    def validation(self) -> Judged | None:
        """What the best weights say of validation rows."""
        return self._judged("validation", self.program)

    @cached_property
    def start(self) -> Judged | None:
        """What the first weights say of training rows."""
        return self._judged("train", self.first_program)

    @cached_property
    def states(self) -> dict[str, LayerState]:
        """How each layer stands at the best weights; nothing without the data."""
        return self._probed(self.run.parameters)

    @cached_property
    def first_states(self) -> dict[str, LayerState]:
        """How each layer stood before the first step; nothing without the data."""
        return self._probed(initial_parameters(self.network, self.recipe.seed))

    @cached_property
    def simple(self) -> Simple | None:
        """What simple methods say of training rows; None where the data are unknown."""
        seen = self.sample("train", SIMPLE_ROWS)
        return None if seen is None else Simple.of(seen, self.network.id_columns)

    def sample(self, name: str, most: int) -> Sample | None:
        """Return at most `most` rows of a part, as the network reads them."""
        part: Dataset | None = getattr(self.numbers, name) if self.numbers else None
        if part is None:
            return None
        return sampled(part, self.decode, most, self.recipe.seed)

    def judged(self, name: str, rows: NDArray[np.uint32]) -> Judged | None:
        """Return what the best weights say of rows of a part, by their numbers."""
        part = self.portion(name)
        return None if part is None else self._said(part, rows, self.program)

    def portion(self, name: str) -> Portion | None:
        """Return a part as engines read it: "train", "validation" or "test"."""
        part: Dataset | None = getattr(self.numbers, name) if self.numbers else None
        return None if part is None else portion(part, None)

    @cached_property
    def learnt(self) -> Portion | None:
        """The training rows that weigh anything, with their weights."""
        part = self.numbers.train if self.numbers else None
        return None if part is None else weighed(part, self.recipe).weighty()

    @cached_property
    def bounds(self) -> Bounds | None:
        """The losses of perfect answers and of chance, on the rows of `train`."""
        if self.train is None:
            return None
        return bounds_of(
            self.loss,
            self.train.targets,
            self.train.outputs.shape[1],
            self.network.output_activation,
            self._weights(self.train),
        )

    @cached_property
    def unlearnt(self) -> float | None:
        """The share that training rows lack of what can be learnt; 1 is chance.

        Of classes it may be that of the rows that are right: answers of the right
        class can be as costly as chance, where a few are surely wrong.
        """
        if self.train is None or self.bounds is None:
            return None
        weights = self._weights(self.train)
        loss = np.average(self.train.losses, weights=weights)
        of_loss = self.bounds.unlearnt(float(loss))
        if self.train.right is None:
            return of_loss
        wrong = 1 - float(np.average(self.train.right, weights=weights))
        by_chance = 1 - _largest_share(self.train.targets, weights)
        return min(of_loss, wrong / by_chance if by_chance else 0.0)

    @property
    def span(self) -> float:
        """How far a loss can fall; without the data, how far that of the run fell."""
        if self.bounds is not None:
            return self.bounds.width
        losses = self.curves.loss
        return float(np.ptp(losses)) if len(losses) else 0.0

    @property
    def has_failed(self) -> bool:
        """Whether hardly anything has been learnt."""
        return self.unlearnt is not None and self.unlearnt >= _FAILED

    @cached_property
    def attempts(self) -> Attempts:
        """Short trainings of the same network by other recipes."""
        return Attempts(self)

    @cached_property
    def program(self) -> Program:
        """The network with its best weights."""
        return self.made(self.run.parameters)

    @cached_property
    def first_program(self) -> Program:
        """The network with its first weights."""
        return self.made(initial_parameters(self.network, self.recipe.seed))

    @property
    def decode(self) -> Decode:
        """What turns raw inputs into the numbers that the network reads."""
        return Decode(self.run.encoder.scale, self.run.encoder.shift)

    def made(
        self, parameters: dict[str, NDArray[np.float32]], recipe: Recipe | None = None
    ) -> Program:
        """Return a program of the network with these weights."""
        engine = choose("auto").engine
        recipe = recipe or self.recipe
        return engine.program(
            self.network, recipe, self.decode, parameters, self.threads
        )

    def _weights(self, judged: Judged) -> NDArray[np.float32] | None:
        weights = self.learnt.samples.weights if self.learnt else None
        return None if weights is None else weights[judged.rows]

    def _judged(self, name: str, program: Program) -> Judged | None:
        part = self.portion(name)
        if part is None:
            return None
        rows = some(part.rows, MOST_ROWS, self.recipe.seed)
        return self._said(part, rows, program)

    def _said(
        self, part: Portion, rows: NDArray[np.uint32], program: Program
    ) -> Judged:
        outputs = program.predict(part.samples.inputs[rows])
        targets = part.samples.targets[rows]
        right = (
            chosen_class(outputs.astype(np.float64)) == targets
            if targets.ndim == 1
            else None
        )
        bend = self.network.output_activation
        losses = row_losses(self.loss, outputs, targets, bend)
        return Judged(rows, outputs, targets, losses, right)

    def _probed(
        self, parameters: dict[str, NDArray[np.float32]]
    ) -> dict[str, LayerState]:
        if self.learnt is None:
            return {}
        network, loss, decode = self.network, self.loss, self.decode
        return probe(network, loss, decode, parameters, self.learnt, CAREFUL)


def _all(layers: Iterable[PlacedLayer]) -> Iterator[PlacedLayer]:
    for placed in layers:
        yield from _all(placed.inner)
        yield placed


def _largest_share(
    classes: NDArray[np.generic], weights: NDArray[np.float32] | None
) -> float:
    """Return how often the most frequent class is right."""
    counts = np.bincount(classes.astype(np.intp), weights)
    return float(counts.max() / counts.sum())
