"""jax_calls: the whole network jitted, its weights known to the compiler or given."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from benchmarks.inference.contender import Call
from benchmarks.inference.question import Question

ACTIVATIONS = {
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "softmax": jax.nn.softmax,
}


class JaxCalls:
    """Forms: compiled at the first call, or ahead of it."""

    forms: ClassVar = ("jit", "compiled ahead")

    def __init__(self, question: Question, form: str, threads: int) -> None:
        layers = [
            (jnp.asarray(weight), jnp.asarray(bias), ACTIVATIONS[layer.activation])
            for layer, weight, bias in question.layers
        ]

        def answer(x: Any) -> Any:
            for weight, bias, activate in layers:
                x = activate(x @ weight + bias)
            return x

        self._rows = jnp.asarray(question.inputs)
        jitted = jax.jit(answer)
        self._answer = jitted if form == "jit" else jitted.lower(self._rows).compile()

    @staticmethod
    def refusal(question: Question) -> str:
        return ""

    def prepared(self) -> tuple[Call, Any]:
        answer = self._answer
        return lambda x: answer(x).block_until_ready(), self._rows
