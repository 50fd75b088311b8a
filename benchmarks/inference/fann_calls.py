"""fann_calls: libFANN 2.2 by ctypes, one row a call.

It does not train here: it bounds the derivative of sigmoid away from zero, which is
other mathematics.
"""

import ctypes
import ctypes.util
from typing import Any, ClassVar

import numpy as np

from benchmarks.inference.contender import Call
from benchmarks.inference.question import Floats, Question

SIGMOID, LAYERED = 3, 0
"""FANN_SIGMOID: 1 / (1 + exp(-2 s x)) with the steepness s."""


class FannCalls:
    forms: ClassVar = ("fann_run",)

    def __init__(self, question: Question, form: str, threads: int) -> None:
        self._inputs = question.inputs
        library = _library()
        sizes = (ctypes.c_uint * len(question.sizes))(*question.sizes)
        self._network = library.fann_create_standard_array(len(sizes), sizes)
        for name in ("hidden", "output"):
            getattr(library, f"fann_set_activation_function_{name}")(
                self._network, SIGMOID
            )
            getattr(library, f"fann_set_activation_steepness_{name}")(
                self._network, 0.5
            )
        _set_weights(library, self._network, question)
        self._library = library

    @staticmethod
    def refusal(question: Question) -> str:
        others = {layer.activation for layer, *_ in question.layers} - {"sigmoid"}
        if others:
            return f"FANN has no {' and no '.join(sorted(others))}"
        return "" if question.rows == 1 else "FANN answers one row a call"

    def prepared(self) -> tuple[Call, Any]:
        run, network = self._library.fann_run, self._network
        row = self._inputs.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        self._answer = np.ctypeslib.as_array(run(network, row), (10,))

        def answer(row: Any) -> Floats:
            run(network, row)
            return self._answer

        return answer, row


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(ctypes.util.find_library("fann"))
    library.fann_create_standard_array.restype = ctypes.c_void_p
    library.fann_run.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_float)]
    library.fann_run.restype = ctypes.POINTER(ctypes.c_float)
    library.fann_get_total_connections.argtypes = [ctypes.c_void_p]
    for name in ("hidden", "output"):
        function = getattr(library, f"fann_set_activation_function_{name}")
        function.argtypes = [ctypes.c_void_p, ctypes.c_int]
        steepness = getattr(library, f"fann_set_activation_steepness_{name}")
        steepness.argtypes = [ctypes.c_void_p, ctypes.c_float]
    return library


class _Connection(ctypes.Structure):
    _fields_: ClassVar = [
        ("source", ctypes.c_uint),
        ("target", ctypes.c_uint),
        ("weight", ctypes.c_float),
    ]


def _set_weights(library: ctypes.CDLL, network: int, question: Question) -> None:
    """Write all weights: FANN numbers its neurons layer by layer, a bias after each."""
    count = library.fann_get_total_connections(network)
    connections = (_Connection * count)()
    library.fann_get_connection_array.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    library.fann_set_weight_array.argtypes = [
        *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint)
    ]
    library.fann_get_connection_array(network, connections)
    starts = np.cumsum([0, *(size + 1 for size in question.sizes)])
    weights = [np.vstack([weight, bias]) for _, weight, bias in question.layers]
    for one in connections:
        layer = int(np.searchsorted(starts, one.source, side="right")) - 1
        one.weight = weights[layer][
            one.source - starts[layer], one.target - starts[layer + 1]
        ]
    library.fann_set_weight_array(network, connections, count)
