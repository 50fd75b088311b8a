"""numpy_calls: two matrix products and their activations, in place, in float32."""

from typing import Any, ClassVar

import numpy as np

from benchmarks.inference.contender import Call
from benchmarks.inference.question import Floats, Question
from benchmarks.training.numpy_loop import ACTIVATE


class NumpyCalls:
    """Forms: matrices as they are, or turned, so that a row reads them in order."""

    forms: ClassVar = ("as they are", "turned")

    def __init__(self, question: Question, form: str, threads: int) -> None:
        self._question = question
        self._steps = [
            (
                np.asfortranarray(weight) if form == "turned" else weight,
                bias,
                ACTIVATE[layer.activation],
                np.empty((question.rows, len(bias)), np.float32),
            )
            for layer, weight, bias in question.layers
        ]

    @staticmethod
    def refusal(question: Question) -> str:
        return ""

    def prepared(self) -> tuple[Call, Any]:
        return self._answer, self._question.inputs

    def _answer(self, x: Floats) -> Floats:
        for weight, bias, activate, room in self._steps:
            x = np.matmul(x, weight, out=room)
            x += bias
            activate(x)
        return x
