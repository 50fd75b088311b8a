"""jax_scan: a whole epoch is one jitted lax.scan over batches, data on the device."""

from functools import partial
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from numpy.typing import NDArray

from benchmarks.training import jax_model
from benchmarks.training.workload import Task, Workload


class Form(NamedTuple):
    """Say what lies on the device, how many steps the loop takes at a time, and how
    pools are written.
    """

    is_raw: bool = True
    unroll: int = 1
    pools_are_reshapes: bool = False


FORMS = {
    "as they lie": Form(),
    "as they lie, unrolled by 4": Form(unroll=4),
    "floats": Form(is_raw=False),
    "floats, pools as reshapes": Form(is_raw=False, pools_are_reshapes=True),
}


class JaxScan:
    """Images have channels last, which XLA prefers on processors."""

    forms: ClassVar = ("as they lie", "as they lie, unrolled by 4", "floats")
    image_forms: ClassVar = ("floats", "floats, pools as reshapes")
    is_whole: ClassVar = True
    adds_epsilon_first: ClassVar = False

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._task, self._workload = task, task.workload
        self._form = FORMS[form]
        inputs = task.inputs if self._form.is_raw else task.floats
        self._data = jnp.asarray(inputs), jnp.asarray(task.answers)
        self._optimizer = jax_model.optimizer(task.workload)
        self._epoch = jax.jit(self._scan, donate_argnums=0)
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        return jax_model.refusal(workload)

    def reset(self) -> None:
        weights = {name: jnp.array(array) for name, array in self._task.start.items()}
        self._state = weights, self._optimizer.init(weights)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        return {name: np.asarray(array) for name, array in self._state[0].items()}

    def epoch(self, order: NDArray[np.uint32]) -> None:
        rows = jnp.asarray(order.astype(np.int32))
        self._state = jax.block_until_ready(self._epoch(self._state, *self._data, rows))

    def _scan(self, state: Any, inputs: Any, targets: Any, rows: Any) -> Any:
        batch = self._workload.recipe.batch_size
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
        if x.dtype == jnp.uint8:
            x = x.astype(jnp.float32) * self._task.scale
        found = jax_model.outputs(
            self._workload, weights, x, self._form.pools_are_reshapes
        )
        return jax_model.loss(self._workload, found, y)
