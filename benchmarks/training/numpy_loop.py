"""numpy_loop: plain NumPy in float32; every array is made once and written in place.

All weights lie in one flat array and all gradients in another, so that an update is a
few calls, however many layers there are.
"""

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.workload import Task, Workload

Floats = NDArray[np.float32]
Layer = tuple[Floats, Floats]


class Flat:
    """Hold one array, and the layers' weights and biases as views of it."""

    def __init__(self, layers: list[Layer]) -> None:
        parts = [array for layer in layers for array in layer]
        self.all = np.concatenate([part.ravel() for part in parts])
        ends = np.cumsum([part.size for part in parts])
        views = [
            self.all[end - part.size : end].reshape(part.shape)
            for part, end in zip(parts, ends, strict=True)
        ]
        self.layers: list[Layer] = list(zip(views[::2], views[1::2], strict=True))


class NumpyLoop:
    """Forms: batches taken as they lie and made floats there, or taken from floats."""

    forms: ClassVar = ("as they lie", "floats")
    image_forms: ClassVar = ()
    is_whole: ClassVar = False
    adds_epsilon_first: ClassVar = False

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._task, self._recipe = task, task.workload.recipe
        self._is_raw = form == "as they lie" and task.inputs.dtype == np.uint8
        self._inputs = task.inputs if self._is_raw else task.floats
        self._targets = task.truth
        batch, widths = self._recipe.batch_size, task.workload.sizes
        self._raw = np.empty((batch, widths[0]), self._inputs.dtype)
        self._batch = np.empty((batch, widths[0]), np.float32)
        self._truth = np.empty((batch, widths[-1]), np.float32)
        self._outputs = [np.empty((batch, width), np.float32) for width in widths[1:]]
        self._deltas = [np.empty_like(output) for output in self._outputs]
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        return "" if workload.is_dense else "NumPy has dense layers only"

    def reset(self) -> None:
        self._weights = Flat(self._task.layers())
        self._grads = Flat(self._task.layers())
        self._scratch = np.empty_like(self._weights.all)
        self._mean = np.zeros_like(self._weights.all)
        self._square = np.zeros_like(self._weights.all)
        self._steps = 0

    def parameters(self) -> dict[str, Floats]:
        return self._task.named(self._weights.layers)

    def epoch(self, order: NDArray[np.uint32]) -> None:
        rows, batch = order.astype(np.intp), self._recipe.batch_size
        for start in range(0, len(rows), batch):
            self._step(rows[start : start + batch])

    def _step(self, rows: NDArray[np.intp]) -> None:
        count = len(rows)
        x = self._read(rows)
        truth = self._targets.take(rows, 0, self._truth[:count], "clip")
        outputs = [output[:count] for output in self._outputs]
        deltas = [delta[:count] for delta in self._deltas]
        self._forward(x, outputs)
        self._output_delta(outputs[-1], truth, deltas[-1])
        self._backward([x, *outputs], deltas)
        self._update()

    def _read(self, rows: NDArray[np.intp]) -> Floats:
        count = len(rows)
        # "clip" spares take() a copy that "raise" makes; the rows are in range
        if not self._is_raw:
            return self._inputs.take(rows, 0, self._batch[:count], "clip")
        raw = self._inputs.take(rows, 0, self._raw[:count], "clip")
        return np.multiply(raw, np.float32(self._task.scale), out=self._batch[:count])

    def _forward(self, x: Floats, outputs: list[Floats]) -> None:
        layers = self._task.workload.network.layers
        for layer, (weight, bias), out in zip(
            layers, self._weights.layers, outputs, strict=True
        ):
            np.matmul(x, weight, out=out)
            np.add(out, bias, out=out)
            ACTIVATE[layer.activation](out)
            x = out

    def _output_delta(self, output: Floats, truth: Floats, delta: Floats) -> None:
        """Write the gradient of the mean loss by what went into the last layer."""
        np.subtract(output, truth, out=delta)
        if self._task.workload.loss == "mse":
            delta *= np.float32(2 / output.size)
        elif self._task.workload.loss == "binary_cross_entropy":
            delta *= np.float32(1 / output.size)
        else:
            delta *= np.float32(1 / len(output))
        _TIMES_SLOPE[self._task.workload.activations[-1]](delta, output)

    def _backward(self, inputs: list[Floats], deltas: list[Floats]) -> None:
        """Go back through the layers; `inputs` are theirs, and the last output."""
        for i in reversed(range(len(deltas))):
            weight_grad, bias_grad = self._grads.layers[i]
            np.matmul(inputs[i].T, deltas[i], out=weight_grad)
            np.sum(deltas[i], axis=0, out=bias_grad)
            if i:
                np.matmul(deltas[i], self._weights.layers[i][0].T, out=deltas[i - 1])
                before = self._task.workload.network.layers[i - 1]
                _TIMES_SLOPE[before.activation](deltas[i - 1], inputs[i])

    def _update(self) -> None:
        optimizer, grad = self._recipe.optimizer, self._grads.all
        if optimizer.type == "sgd":
            grad *= np.float32(optimizer.learning_rate)
            self._weights.all -= grad
            return
        self._steps += 1
        scratch, mean, square = self._scratch, self._mean, self._square
        beta_1, beta_2 = optimizer.beta_1, optimizer.beta_2
        mean *= np.float32(beta_1)
        np.multiply(grad, np.float32(1 - beta_1), out=scratch)
        mean += scratch
        square *= np.float32(beta_2)
        np.multiply(grad, grad, out=grad)
        grad *= np.float32(1 - beta_2)
        square += grad
        correction = math.sqrt(1 - beta_2**self._steps)
        np.sqrt(square, out=scratch)
        scratch += np.float32(optimizer.epsilon * correction)
        np.divide(mean, scratch, out=scratch)
        rate = optimizer.learning_rate * correction / (1 - beta_1**self._steps)
        scratch *= np.float32(rate)
        if optimizer.type == "adamw":
            shrink = 1 - optimizer.learning_rate * optimizer.weight_decay
            self._weights.all *= np.float32(shrink)
        self._weights.all -= scratch


def _sigmoid(z: Floats) -> None:
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += np.float32(1)
    np.reciprocal(z, out=z)


def _relu(z: Floats) -> None:
    np.maximum(z, np.float32(0), out=z)


def _tanh(z: Floats) -> None:
    np.tanh(z, out=z)


def _softmax(z: Floats) -> None:
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)


def _times_sigmoid_slope(delta: Floats, output: Floats) -> None:
    delta *= output
    delta *= np.float32(1) - output


def _times_tanh_slope(delta: Floats, output: Floats) -> None:
    delta *= np.float32(1) - output * output


def _times_relu_slope(delta: Floats, output: Floats) -> None:
    delta *= output > 0


def _leave(*_: Floats) -> None:
    """Let identity be."""


ACTIVATE: dict[str, Any] = {
    "identity": _leave,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "relu": _relu,
    "softmax": _softmax,
}
_TIMES_SLOPE: dict[str, Any] = {
    "identity": _leave,
    "sigmoid": _times_sigmoid_slope,
    "tanh": _times_tanh_slope,
    "relu": _times_relu_slope,
}
