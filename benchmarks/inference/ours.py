"""ours: the native engine's program, the quickest way to ask from Python.

A model (`Model.predict_proba`) asks it too, and checks the rows and the answers.
"""

from typing import Any, ClassVar

import numpy as np

from benchmarks.inference.contender import Call
from benchmarks.inference.question import Question
from ranvier.engine.choose import thread_count
from ranvier.engine.contract import Decode
from ranvier.engine.native import NativeEngine
from ranvier.recipe import Recipe


class Ours:
    """Answer with as many threads as a user gets who says nothing about them."""

    forms: ClassVar = ("Program.predict",)

    def __init__(self, question: Question, form: str, threads: int) -> None:
        width = question.inputs.shape[1]
        decode = Decode(np.ones(width, np.float32), np.zeros(width, np.float32))
        self._program = NativeEngine().program(
            question.network,
            Recipe(),
            decode,
            question.weights,
            threads or thread_count(None),
        )
        self._inputs = question.inputs

    @staticmethod
    def refusal(question: Question) -> str:
        return ""

    def prepared(self) -> tuple[Call, Any]:
        return self._program.predict, self._inputs
