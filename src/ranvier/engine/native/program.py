"""program: the C++ core's program behind the contract of engines."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from ranvier.engine.native import _native
from ranvier.engine.native.lower import SHARED, kept, lower
from ranvier.engine.parameters import (
    check_parameters,
    learnt_parameters,
    named_parameters,
)
from ranvier.engine.samples import (
    check_inputs,
    check_rates,
    check_samples,
    check_state,
)
from ranvier.errors import DescriptionError
from ranvier.network import Network
from ranvier.recipe import LBFGS, Recipe

Rows = NDArray[np.uint32]


class NativeEngine:
    """Make programs that run whole epochs in C++, in float32."""

    name = "native"

    def program(
        self,
        network: Network,
        recipe: Recipe,
        decode: Decode,
        parameters: Arrays,
        threads: int = 1,
    ) -> Program:
        """Return a program for `network`, which knows its input shape.

        Raises:
            DescriptionError: the network is too large for one program, or the
                environment variable RANVIER_TARGET names no target of this processor.
        """
        if isinstance(recipe.optimizer, LBFGS):
            program = self.program(
                network, beneath(recipe), decode, parameters, threads
            )
            return FullBatchProgram(network, recipe, program)
        return NativeProgram(network, recipe, decode, parameters, threads)


class NativeProgram:
    """Hold the core's program, and speak of its arrays by name."""

    def __init__(
        self,
        network: Network,
        recipe: Recipe,
        decode: Decode,
        parameters: Arrays,
        threads: int,
    ) -> None:
        self._network, self._recipe, self._decode = network, recipe, decode
        self._layers = [placed.name for placed in network.walk()]
        self._learning = {one.layer for one in learnt_parameters(network)}
        self._shapes = {one.name: one.shape for one in named_parameters(network)}
        self._kept = list(kept(network, recipe))
        self._shared = SHARED if recipe.optimizer.type == "schedule_free" else ()
        try:
            lowered = lower(network, recipe, decode, threads)
            self._core, self._places = _native.Program(lowered.spec), lowered.places
        except (ValueError, MemoryError) as error:
            raise DescriptionError(
                f"the native engine cannot run this network: {error or 'no memory'}; "
                "make it smaller, or check RANVIER_TARGET if it is set."
            ) from None
        self.load_parameters(parameters)

    def epoch(
        self, samples: Samples, rows: Rows, learning_rates: NDArray[np.float32]
    ) -> EpochStatistics:
        """Take one step for each batch; learning_rates has one value a step."""
        check_samples(self._network, samples, rows, self._decode)
        check_rates(learning_rates, len(rows), self._recipe.batch_size)
        result = self._core.epoch(*samples, rows, learning_rates, STATISTICS_EVERY)
        failure = None
        if result.failed_step >= 0:
            failure = Failure(result.failed_step, self._layers[result.failed_owner])
        norms = dict(zip(self._layers, result.gradient_norms, strict=False))
        norms = {
            layer: norm for layer, norm in norms.items() if layer in self._learning
        }
        accuracy = result.accuracy if samples.targets.ndim == 1 else None
        return EpochStatistics(result.loss, accuracy, norms, failure)

    def evaluate(self, samples: Samples, rows: Rows) -> Evaluation:
        """Return the mean loss and accuracy over the rows; nothing is learnt."""
        check_samples(self._network, samples, rows, self._decode)
        result = self._core.evaluate(*samples, rows)
        accuracy = result.accuracy if samples.targets.ndim == 1 else None
        return Evaluation(result.loss, accuracy)

    def predict(
        self, inputs: NDArray[np.uint8] | NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the outputs (N, M) for inputs (N, K)."""
        check_inputs(self._network, inputs, self._decode)
        return self._core.predict(inputs)

    def gradients(self, samples: Samples, rows: Rows) -> dict[str, NDArray[np.float32]]:
        """Return the gradient of the mean loss over the rows, taken as one batch."""
        check_samples(self._network, samples, rows, self._decode)
        total: dict[str, NDArray[np.float32]] = {}
        whole = _weight(samples, rows)
        for start in range(0, len(rows), self._core.capacity):
            part = rows[start : start + self._core.capacity]
            self._core.gradients(*samples, part)
            share = np.float32(_weight(samples, part) / whole)
            for one in learnt_parameters(self._network):
                gradient = self._read(one.name, _native.Slot.gradient) * share
                total[one.name] = total[one.name] + gradient if start else gradient
        return total

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """Return copies of the weights and biases."""
        return {name: self._read(name, _native.Slot.values) for name in self._shapes}

    def load_parameters(self, arrays: Arrays) -> None:
        """Replace the weights and biases.

        Raises:
            DescriptionError: these are not the weights of this network.
        """
        check_parameters(self._network, arrays)
        for name, values in arrays.items():
            self._write(name, _native.Slot.values, values)
        for name, _, slot in self._kept:
            if slot == _native.Slot.raw:
                self._write(name, slot, arrays[name])

    def state(self) -> dict[str, NDArray[Any]]:
        """Return copies of the optimizer's memory, and of its `steps`."""
        arrays: dict[str, NDArray[Any]] = {
            "steps": np.array([self._core.steps], np.int64)
        }
        for name, what, slot in self._kept:
            arrays[f"{name}.{what}"] = self._read(name, slot)
        for name in self._shared:
            value = getattr(self._core, SHARED[name])
            arrays[name] = np.array([value], np.float32)
        return arrays

    def load_state(self, arrays: Arrays) -> None:
        """Replace the optimizer's memory.

        Raises:
            DescriptionError: this is not the memory of this network and optimizer.
        """
        check_state(self.state(), arrays)
        self._core.steps = int(arrays["steps"][0])
        for name, what, slot in self._kept:
            self._write(name, slot, arrays[f"{name}.{what}"])
        for name in self._shared:
            setattr(self._core, SHARED[name], float(arrays[name][0]))

    def _read(self, name: str, slot: _native.Slot) -> NDArray[np.float32]:
        rows = self._core.read(*self._places[name], slot)
        return rows.reshape(self._shapes[name])

    def _write(
        self, name: str, slot: _native.Slot, values: NDArray[np.float32]
    ) -> None:
        columns = values.shape[-1]
        rows = np.ascontiguousarray(values.reshape(-1, columns), dtype=np.float32)
        self._core.write(*self._places[name], slot, rows)


def _weight(samples: Samples, rows: Rows) -> float:
    """Return how much some rows weigh together."""
    if samples.weights is None:
        return float(len(rows))
    return float(samples.weights[rows].sum(dtype=np.float64))
