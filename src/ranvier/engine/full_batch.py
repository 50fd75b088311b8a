"""full_batch: a program that learns from all rows at once, by L-BFGS.

It works with the program of any engine, through what the contract promises of it.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import (
    Arrays,
    EpochStatistics,
    Evaluation,
    Failure,
    Program,
    Samples,
)
from ranvier.engine.lbfgs import Pair, descend, remembered
from ranvier.engine.parameters import NamedParameter, learnt_parameters
from ranvier.engine.samples import check_rates, check_samples, check_state
from ranvier.engine.wolfe import Point, Vector
from ranvier.errors import DescriptionError
from ranvier.network import Network
from ranvier.recipe import LBFGS, SGD, Penalty, Recipe

Rows = NDArray[np.uint32]

CHUNK = 1024  # rows that the program beneath takes at once
UNSTEADY = ("dropout", "gaussian_noise", "batch_norm")
"""Layers by which the same weights and rows do not give the same loss each time."""


def beneath(recipe: Recipe) -> Recipe:
    """Return the recipe of the program that gives L-BFGS its losses and gradients."""
    return replace(recipe, optimizer=SGD(), penalty=Penalty(), batch_size=CHUNK)


class FullBatchProgram:
    """Hold a program, and what its last steps have shown of the loss's curvature.

    An epoch is one step over all of its rows; the batch size says nothing here.
    Weights and memory are float32 between steps.
    """

    def __init__(self, network: Network, recipe: Recipe, program: Program) -> None:
        """Learn by `recipe` with a `program` that was made `beneath` it.

        Raises:
            DescriptionError: a layer draws numbers or looks at the batch.
        """
        _check_layers(network)
        self._network, self._recipe, self._program = network, recipe, program
        self._optimizer: LBFGS = recipe.optimizer
        self._learnt = list(learnt_parameters(network))
        self._pairs: list[Pair] = []
        self._steps = 0

    def epoch(
        self, samples: Samples, rows: Rows, learning_rates: NDArray[np.float32]
    ) -> EpochStatistics:
        """Take one step; the first of learning_rates is the length it tries first."""
        check_samples(self._network, samples, rows)
        check_rates(learning_rates, len(rows), self._recipe.batch_size)
        before = self._program.evaluate(samples, rows)
        gradients = self._program.gradients(samples, rows)
        statistics = EpochStatistics(*before, self._norms(gradients), failure=None)
        if not math.isfinite(before.loss):
            return statistics._replace(failure=self._failure(samples, rows))
        if not all(np.isfinite(one).all() for one in gradients.values()):
            return statistics

        def objective(place: Vector) -> tuple[float, Vector]:
            return self._judged(place, samples, rows)

        place = self._flat(self._program.parameters())
        value, gradient = self._pulled(place, before.loss, self._flat(gradients))
        start = Point(0.0, value, 0.0, place, gradient)
        rate = float(learning_rates[0])
        end = descend(objective, start, self._pairs, rate, np.float32)
        self._program.load_parameters(self._named(end.place))
        self._pairs = remembered(
            self._pairs, start, end, self._optimizer.memory, np.float32
        )
        self._steps += 1
        return statistics

    def evaluate(self, samples: Samples, rows: Rows) -> Evaluation:
        """Return the mean loss and accuracy over the rows; nothing is learnt."""
        return self._program.evaluate(samples, rows)

    def predict(
        self, inputs: NDArray[np.uint8] | NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the outputs (N, M) for inputs (N, K)."""
        return self._program.predict(inputs)

    def gradients(self, samples: Samples, rows: Rows) -> dict[str, NDArray[np.float32]]:
        """Return the gradient of the mean loss over the rows, taken as one batch."""
        return self._program.gradients(samples, rows)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """Return copies of the weights and biases."""
        return self._program.parameters()

    def load_parameters(self, arrays: Arrays) -> None:
        """Replace the weights and biases.

        Raises:
            DescriptionError: these are not the weights of this network.
        """
        self._program.load_parameters(arrays)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the pairs of the last steps (memory, …), and the number of `steps`."""
        arrays: dict[str, NDArray[Any]] = {"steps": np.array([self._steps], np.int64)}
        for which, slot in enumerate(Pair._fields):
            empty = [np.zeros(self._size)] * (self._optimizer.memory - len(self._pairs))
            whole = np.stack([*empty, *(pair[which] for pair in self._pairs)])
            for parameter, part in self._parts(whole):
                arrays[f"{parameter.name}.{slot}"] = part.astype(np.float32)
        return arrays

    def load_state(self, arrays: Arrays) -> None:
        """Replace the memory of the last steps.

        Raises:
            DescriptionError: this is not the memory of this network and optimizer.
        """
        check_state(self.state(), arrays)
        self._steps = int(arrays["steps"][0])
        moves, turns = (
            np.hstack([_rows(arrays[f"{one.name}.{slot}"]) for one in self._learnt])
            for slot in Pair._fields
        )
        pairs = (Pair(*both) for both in zip(moves, turns, strict=True))
        self._pairs = [pair for pair in pairs if pair.curvature > 0]

    def _judged(
        self, place: Vector, samples: Samples, rows: Rows
    ) -> tuple[float, Vector]:
        """Return the loss with its penalty at `place`, and their gradient.

        A place that float32 cannot hold is infinitely high.
        """
        if not np.isfinite(place).all():
            return math.inf, np.full_like(place, math.nan)
        self._program.load_parameters(self._named(place))
        loss = self._program.evaluate(samples, rows).loss
        gradient = self._flat(self._program.gradients(samples, rows))
        return self._pulled(place, loss, gradient)

    def _pulled(
        self, place: Vector, loss: float, gradient: Vector
    ) -> tuple[float, Vector]:
        """Add the penalty l2 w²/2 to the loss and its gradient."""
        pull = self._recipe.penalty.l2 * self._is_weight * place
        return loss + float(pull @ place) / 2, gradient + pull

    def _failure(self, samples: Samples, rows: Rows) -> Failure:
        """Return the layer whose numbers broke, as the program beneath tells it."""
        kept = self._program.parameters()
        still = np.zeros(math.ceil(len(rows) / CHUNK), np.float32)
        failure = self._program.epoch(samples, rows, still).failure
        self._program.load_parameters(kept)
        return Failure(0, failure.layer if failure else self._learnt[-1].layer)

    def _norms(self, gradients: Arrays) -> dict[str, float]:
        squares: dict[str, float] = {}
        for one in self._learnt:
            square = float((gradients[one.name].astype(np.float64) ** 2).sum())
            squares[one.layer] = squares.get(one.layer, 0.0) + square
        return {layer: math.sqrt(square) for layer, square in squares.items()}

    @property
    def _size(self) -> int:
        return sum(math.prod(one.shape) for one in self._learnt)

    @property
    def _is_weight(self) -> Vector:
        """Return 1 for each number of an array called `weight`, else 0."""
        parts = (
            np.full(math.prod(one.shape), float(one.name.endswith(".weight")))
            for one in self._learnt
        )
        return np.concatenate(list(parts))

    def _flat(self, arrays: Arrays) -> Vector:
        flat = [arrays[one.name].ravel() for one in self._learnt]
        return np.concatenate(flat).astype(np.float64)

    def _named(self, place: Vector) -> dict[str, NDArray[np.float32]]:
        return {
            parameter.name: part[0].astype(np.float32)
            for parameter, part in self._parts(place[None])
        }

    def _parts(self, whole: Vector) -> Iterator[tuple[NamedParameter, Vector]]:
        """Yield the part (k, …) of `whole` (k, n) that belongs to each array."""
        start = 0
        for one in self._learnt:
            end = start + math.prod(one.shape)
            yield one, whole[:, start:end].reshape(-1, *one.shape)
            start = end


def _rows(array: NDArray[np.float32]) -> Vector:
    """Return an array (k, …) as k rows."""
    return array.reshape(len(array), -1).astype(np.float64)


def _check_layers(network: Network) -> None:
    for placed in network.walk():
        if placed.layer.type in UNSTEADY:
            raise DescriptionError(
                "lbfgs compares the loss of weights near each other, and "
                f"{placed.name} changes it from one pass to the next; leave that layer "
                'out, or use optimizer="adam".'
            )
