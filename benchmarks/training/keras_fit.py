"""keras_fit: model.fit of Keras on JAX, its step jitted, 500 steps an execution."""

import os
from functools import partial
from typing import Any, ClassVar

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np
from numpy.typing import NDArray

from benchmarks.training import jax_model
from benchmarks.training.workload import Task, Workload

STEPS = 500  # an execution

LOSSES = {
    "mse": keras.losses.MeanSquaredError,
    "cross_entropy": partial(
        keras.losses.SparseCategoricalCrossentropy, from_logits=True
    ),
    "binary_cross_entropy": partial(keras.losses.BinaryCrossentropy, from_logits=True),
}


class KerasFit:
    forms: ClassVar = ("fit",)
    image_forms: ClassVar = forms
    is_whole: ClassVar = True
    adds_epsilon_first: ClassVar = True

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._task, self._workload = task, task.workload
        width = task.inputs.shape[1:]
        shape = task.workload.network.input_shape or width
        inputs = keras.Input(shape)
        self._model = keras.Model(inputs, _outputs(task.workload, inputs))
        self._inputs = task.floats.reshape(-1, *shape)
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        return jax_model.refusal(workload)

    def reset(self) -> None:
        self._model.set_weights(list(self._task.start.values()))
        self._model.compile(
            optimizer=_optimizer(self._workload),
            loss=LOSSES[self._workload.loss](),
            steps_per_execution=STEPS,
            jit_compile=True,
        )

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        return dict(zip(self._task.start, self._model.get_weights(), strict=True))

    def epoch(self, order: NDArray[np.uint32]) -> None:
        self._model.fit(
            self._inputs[order],
            self._task.answers[order],
            batch_size=self._workload.recipe.batch_size,
            shuffle=False,
            verbose=0,
        )
        jax.block_until_ready([one.value for one in self._model.trainable_variables])


def _outputs(workload: Workload, x: Any) -> Any:
    shape = tuple(x.shape[1:])
    for placed, activation in zip(workload.layers, workload.activations, strict=True):
        layer, wanted = placed.layer, activation if activation != "identity" else None
        match layer.type:
            case "dense":
                flat = x if len(shape) == 1 else keras.layers.Flatten()(x)
                x = keras.layers.Dense(layer.units, wanted)(flat)
            case "conv2d":
                x = keras.layers.Conv2D(
                    layer.filters,
                    layer.kernel_size,
                    layer.stride,
                    layer.padding,
                    activation=wanted,
                )(x)
            case "max_pool2d":
                x = keras.layers.MaxPooling2D(layer.size, layer.stride, layer.padding)(
                    x
                )
            case "embedding":
                tables = zip(layer.id_columns, layer.ids, layer.widths, strict=True)
                found = [
                    keras.layers.Embedding(count, width)(x[:, column])
                    for column, count, width in tables
                ]
                x = keras.layers.Concatenate()(found)
        shape = tuple(x.shape[1:])
    return x


def _optimizer(workload: Workload) -> keras.optimizers.Optimizer:
    wanted = workload.recipe.optimizer
    if wanted.type == "sgd":
        return keras.optimizers.SGD(wanted.learning_rate)
    shared = wanted.learning_rate, wanted.beta_1, wanted.beta_2, wanted.epsilon
    rate, beta_1, beta_2, epsilon = shared
    how = {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
    if wanted.type == "adam":
        return keras.optimizers.Adam(rate, **how)
    return keras.optimizers.AdamW(rate, weight_decay=wanted.weight_decay, **how)
