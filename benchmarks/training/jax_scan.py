"""jax_scan: a whole epoch is one jitted lax.scan over batches, data on the device."""

from functools import partial
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from numpy.typing import NDArray

from benchmarks.training.workload import SCALE, Task, Workload

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu}


class Form(NamedTuple):
    """Say what lies on the device, and how many steps the loop takes at a time."""

    is_bytes: bool
    unroll: int


FORMS = {
    "bytes": Form(True, 1),
    "bytes, unrolled by 4": Form(True, 4),
    "floats": Form(False, 1),
}


class JaxScan:
    forms: ClassVar = tuple(FORMS)
    is_whole: ClassVar = True
    adds_epsilon_first: ClassVar = False

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._task, self._recipe = task, task.workload.recipe
        self._form = FORMS[form]
        self._is_squared = task.workload.loss == "mse"
        inputs = task.inputs if self._form.is_bytes else task.floats
        targets = task.one_hot if self._is_squared else task.targets
        self._data = jnp.asarray(inputs), jnp.asarray(targets)
        self._optimizer = _optimizer(self._recipe.optimizer)
        self._epoch = jax.jit(self._scan, donate_argnums=0)
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        return ""

    def reset(self) -> None:
        weights = [
            (jnp.array(weight), jnp.array(bias)) for weight, bias in self._task.layers()
        ]
        self._state = weights, self._optimizer.init(weights)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        return self._task.named(self._state[0])

    def epoch(self, order: NDArray[np.uint32]) -> None:
        rows = jnp.asarray(order.astype(np.int32))
        self._state = jax.block_until_ready(self._epoch(self._state, *self._data, rows))

    def _scan(self, state: Any, inputs: Any, targets: Any, rows: Any) -> Any:
        batch = self._recipe.batch_size
        full = len(rows) // batch * batch
        step = partial(self._step, inputs, targets)
        batches = rows[:full].reshape(-1, batch)
        state, _ = lax.scan(step, state, batches, unroll=self._form.unroll)
        return step(state, rows[full:])[0] if full < len(rows) else state

    def _step(self, inputs: Any, targets: Any, state: Any, rows: Any) -> Any:
        weights, memory = state
        x, y = (
            part.at[rows].get(mode="promise_in_bounds") for part in (inputs, targets)
        )
        gradients = jax.grad(self._loss)(weights, x, y)
        updates, memory = self._optimizer.update(gradients, memory, weights)
        return (optax.apply_updates(weights, updates), memory), None

    def _loss(self, weights: Any, x: Any, y: Any) -> Any:
        if self._form.is_bytes:
            x = x.astype(jnp.float32) * SCALE
        layers = self._task.workload.network.layers
        for layer, (weight, bias) in zip(layers, weights, strict=True):
            x = x @ weight + bias
            if layer.activation != "softmax":
                x = ACTIVATIONS[layer.activation](x)
        if self._is_squared:
            return jnp.mean((x - y) ** 2)
        return optax.softmax_cross_entropy_with_integer_labels(x, y).mean()


def _optimizer(optimizer: Any) -> optax.GradientTransformation:
    if optimizer.type == "sgd":
        return optax.sgd(optimizer.learning_rate)
    return optax.adam(
        optimizer.learning_rate, optimizer.beta_1, optimizer.beta_2, optimizer.epsilon
    )
