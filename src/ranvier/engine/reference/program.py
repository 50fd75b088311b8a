"""program: one network in training. engine/contract.py says what each call promises."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.augmentation import COUNT, STREAM
from ranvier.engine.contract import (
    STATISTICS_EVERY,
    Arrays,
    Decode,
    EpochStatistics,
    Evaluation,
    Failure,
    Program,
    Samples,
)
from ranvier.engine.full_batch import FullBatchProgram, beneath
from ranvier.engine.parameters import check_parameters
from ranvier.engine.randomness import words
from ranvier.engine.reference.array import Array, quiet, rounded, widened
from ranvier.engine.reference.augmentation import changed, mixing
from ranvier.engine.reference.backpropagation import (
    Trace,
    backward,
    forward,
    losses,
    remembered,
)
from ranvier.engine.reference.descent import Descent
from ranvier.engine.reference.layers import Pass, answering
from ranvier.engine.reference.losses import wanted
from ranvier.engine.reference.tally import Tally
from ranvier.engine.samples import (
    check_decode,
    check_inputs,
    check_rates,
    check_samples,
)
from ranvier.network import Network
from ranvier.recipe import LBFGS, Recipe

Rows = NDArray[np.uint32]

CHUNK = 1024  # rows computed at once where nothing is learnt


class ReferenceEngine:
    """Make programs that compute in float64 with NumPy."""

    name = "reference"

    def program(
        self,
        network: Network,
        recipe: Recipe,
        decode: Decode,
        parameters: Arrays,
        threads: int = 1,
    ) -> Program:
        """Return a program for `network`, which knows its input shape."""
        if isinstance(recipe.optimizer, LBFGS):
            program = self.program(network, beneath(recipe), decode, parameters)
            return FullBatchProgram(network, recipe, program)
        return ReferenceProgram(network, recipe, decode, parameters)


class ReferenceProgram:
    """Hold weights and the optimizer's memory, in float64.

    An epoch starts from both rounded to float32, as they are saved: a training that
    was resumed gives the same bits as one that was never stopped.
    """

    def __init__(
        self, network: Network, recipe: Recipe, decode: Decode, parameters: Arrays
    ) -> None:
        check_decode(network, decode)
        self._network, self._recipe, self._decode = network, recipe, decode
        (self._outputs,) = network.output_shape
        self._loss = recipe.loss_for(network)
        self._augmentation = recipe.augmentation_for(network)
        check_parameters(network, parameters)
        self._weights = widened(parameters)
        self._descent = Descent(network, recipe, self._weights)

    @quiet
    def epoch(
        self, samples: Samples, rows: Rows, learning_rates: NDArray[np.float32]
    ) -> EpochStatistics:
        """Take one step for each batch; learning_rates has one value a step."""
        check_samples(self._network, samples, rows, self._decode)
        check_rates(learning_rates, len(rows), self._recipe.batch_size)
        self._weights = widened(rounded(self._weights))
        self._descent.round()
        tally = Tally(self._network)
        for step, part in enumerate(_split(rows, self._recipe.batch_size)):
            batch, now = self._learning(samples, part)
            if not len(batch):
                continue
            x, y, targets = self._shown(samples, part, batch, now)
            weights = self._descent.place(self._weights)
            traces = forward(self._network, weights, x, now)
            labels = samples.label_weights
            batch_losses = losses(self._loss, traces[-1], y, labels)
            if not np.isfinite(batch_losses.sum()):
                return tally.statistics(Failure(step, _first_broken(traces)))
            tally.count(batch_losses, traces[-1].a, targets, now.weights)
            gradients, _ = backward(self._loss, traces, y, now, label_weights=labels)
            if step % STATISTICS_EVERY == 0:
                tally.sample(gradients)
            rate = float(learning_rates[step])
            self._weights = self._descent.step(self._weights, gradients, rate)
            self._weights |= remembered(traces, now)
        return tally.statistics(failure=None)

    @quiet
    def evaluate(self, samples: Samples, rows: Rows) -> Evaluation:
        """Return the mean loss and accuracy over the rows; nothing is learnt."""
        check_samples(self._network, samples, rows, self._decode)
        tally = Tally(self._network)
        for part in _split(rows, CHUNK):
            chunk, now = _weighed(samples, part)
            x, y = self._read(samples, chunk)
            output = forward(self._network, self._weights, x, now)[-1]
            targets = samples.targets[chunk]
            of_rows = losses(self._loss, output, y, samples.label_weights)
            tally.count(of_rows, output.a, targets, now.weights)
        return tally.evaluation()

    @quiet
    def predict(
        self, inputs: NDArray[np.uint8] | NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the outputs (N, M) for inputs (N, K)."""
        check_inputs(self._network, inputs, self._decode)
        outputs = np.empty((len(inputs), self._outputs), np.float32)
        for chunk in _split(np.arange(len(inputs)), CHUNK):
            x = self._decoded(inputs[chunk])
            outputs[chunk] = forward(self._network, self._weights, x)[-1].a
        return outputs

    @quiet
    def gradients(self, samples: Samples, rows: Rows) -> dict[str, NDArray[np.float32]]:
        """Return the gradient of the mean loss over the rows, taken as one batch.

        They go through the network as in the step that would come next.
        """
        check_samples(self._network, samples, rows, self._decode)
        rows, now = self._learning(samples, rows)
        x, y = self._read(samples, rows)
        traces = forward(self._network, self._weights, x, now)
        labels = samples.label_weights
        found, _ = backward(self._loss, traces, y, now, label_weights=labels)
        return rounded(found)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """Return copies of the weights and biases, rounded to float32."""
        return rounded(self._weights)

    def precise_parameters(self) -> dict[str, Array]:
        """Return copies of the weights and biases as they are, in float64."""
        return {name: weight.copy() for name, weight in self._weights.items()}

    def load_parameters(self, arrays: Arrays) -> None:
        """Replace the weights and biases.

        Raises:
            DescriptionError: these are not the weights of this network.
        """
        check_parameters(self._network, arrays)
        self._weights = widened(arrays)
        self._descent.restart(self._weights)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return copies of the optimizer's memory in float32, and of its `steps`."""
        return self._descent.state()

    def load_state(self, arrays: Arrays) -> None:
        """Replace the optimizer's memory.

        Raises:
            DescriptionError: this is not the memory of this network and optimizer.
        """
        self._descent.load_state(arrays)

    def _learning(self, samples: Samples, rows: Rows) -> tuple[Rows, Pass]:
        """Return those of the rows that weigh more than 0, and the next step's pass."""
        rows, now = _weighed(samples, rows)
        seed = self._recipe.seed
        return rows, now._replace(is_training=True, seed=seed, step=self._descent.steps)

    def _shown(
        self, samples: Samples, part: Rows, batch: Rows, now: Pass
    ) -> tuple[Array, Array, NDArray[Any]]:
        """Return inputs, targets (N, M), and targets as they came, augmented.

        They are those of `batch`, the rows of `part` that weigh anything.
        """
        x, y = self._read(samples, batch)
        targets = samples.targets[batch]
        if self._augmentation is None:
            return x, y, targets
        drawn = words(now.seed, STREAM, now.step, len(part), COUNT)[now.places]
        picture = self._augmentation.picture(self._network.input_shape or ())
        raw = samples.inputs[batch].astype(np.float64)
        x = self._decoded(changed(self._augmentation, picture, raw, drawn))
        pairs = mixing(self._augmentation, drawn, now.places, len(part))
        return pairs.mixed(x), pairs.mixed(y), pairs.larger(targets)

    def _read(self, samples: Samples, rows: Rows) -> tuple[Array, Array]:
        """Return the network's numbers (N, K) and the targets (N, M) of some rows."""
        y = wanted(samples.targets[rows], self._outputs)
        return self._decoded(samples.inputs[rows]), y

    def _decoded(self, inputs: NDArray[Any]) -> Array:
        scale, shift = (each.astype(np.float64) for each in self._decode)
        return inputs.astype(np.float64) * scale + shift


def _split(rows: NDArray[Any], size: int) -> Iterator[NDArray[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _weighed(samples: Samples, rows: Rows) -> tuple[Rows, Pass]:
    """Return those of the rows that have a weight, and their pass."""
    now = answering(len(rows))
    if samples.weights is None:
        return rows, now
    weights = samples.weights[rows].astype(np.float64)
    held = weights > 0
    return rows[held], now._replace(weights=weights[held], places=now.places[held])


def _first_broken(traces: list[Trace]) -> str:
    """Return the first layer whose outputs are not finite, else the last one."""
    computed = list(_in_order(traces))
    broken = (name for name, array in computed if not np.isfinite(array).all())
    return next(broken, computed[-1][0])


def _in_order(traces: list[Trace]) -> Iterator[tuple[str, Array]]:
    """Yield what each layer computed, with its name; a residual begins with its x."""
    for placed, _, x, _, a, inner in traces:
        if inner:
            yield placed.name, x
            yield from _in_order(inner)
        if placed.layer.type not in ("flatten", "reshape"):
            yield placed.name, a
