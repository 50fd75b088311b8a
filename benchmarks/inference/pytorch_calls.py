"""pytorch_calls: PyTorch under inference_mode, eager, scripted and compiled."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from benchmarks.inference.contender import Call
from benchmarks.inference.question import Question
from benchmarks.training.pytorch_compile import own

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU, "softmax": lambda: nn.Softmax(1)}


class PyTorchEager:
    """Forms: the modules called one by one, or frozen by TorchScript."""

    forms: ClassVar = ("modules", "TorchScript, frozen")

    def __init__(self, question: Question, form: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self._rows = torch.from_numpy(question.inputs)
        self._model: Callable[[Any], Any] = _model(question)
        if form.startswith("TorchScript"):
            with torch.inference_mode():
                traced = torch.jit.trace(self._model, self._rows)
                self._model = torch.jit.optimize_for_inference(torch.jit.freeze(traced))

    @staticmethod
    def refusal(question: Question) -> str:
        return ""

    def prepared(self) -> tuple[Call, Any]:
        return torch.inference_mode()(self._model), self._rows


class PyTorchCompile:
    """Forms: the calls of the compiled kernels made from Python, or from C++."""

    forms: ClassVar = ("called from Python", "called from C++")

    def __init__(self, question: Question, form: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self._rows = torch.from_numpy(question.inputs)
        options = {
            "cpp_wrapper": form.endswith("C++"),
            "freezing": True,
            "guard_filter_fn": torch.compiler.skip_all_guards_unsafe,
        }
        model = _model(question)

        def answer(rows: torch.Tensor) -> torch.Tensor:
            return model(rows)

        self._compiled = torch.compile(own(answer), dynamic=False, options=options)

    @staticmethod
    def refusal(question: Question) -> str:
        return ""

    def prepared(self) -> tuple[Call, Any]:
        return torch.inference_mode()(self._compiled), self._rows


@torch.no_grad()
def _model(question: Question) -> nn.Sequential:
    modules: list[nn.Module] = []
    for layer, weight, bias in question.layers:
        linear = nn.Linear(*weight.shape)
        linear.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight.T)))
        linear.bias.copy_(torch.from_numpy(bias))
        modules += [linear, ACTIVATIONS[layer.activation]()]
    return nn.Sequential(*modules).eval()
