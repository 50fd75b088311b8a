"""onnx_calls: ONNX Runtime, with a session for this number of threads."""

from typing import Any, ClassVar

import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper

from benchmarks.inference.contender import Call
from benchmarks.inference.question import Floats, Question

OPERATORS = {"sigmoid": "Sigmoid", "relu": "Relu", "softmax": "Softmax"}


class OnnxCalls:
    """Forms: arrays handed over at each call, or bound once."""

    forms: ClassVar = ("run", "run, bound")

    def __init__(self, question: Question, form: str, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _model(question), options, providers=["CPUExecutionProvider"]
        )
        self._inputs, self._is_bound = question.inputs, form.endswith("bound")

    @staticmethod
    def refusal(question: Question) -> str:
        return ""

    def prepared(self) -> tuple[Call, Any]:
        run = self._session.run
        if not self._is_bound:
            return lambda x: run(None, {"x": x})[0], self._inputs
        rows = onnxruntime.OrtValue.ortvalue_from_numpy(self._inputs)
        binding = self._session.io_binding()
        binding.bind_ortvalue_input("x", rows)
        binding.bind_output("y", "cpu")
        return self._bound_call(binding), self._inputs

    def _bound_call(self, binding: Any) -> Call:
        run = self._session.run_with_iobinding

        def answer(_: Floats) -> Floats:
            run(binding)
            return binding.get_outputs()[0].numpy()

        return answer


def _model(question: Question) -> bytes:
    nodes, arrays, name = [], [], "x"
    count = len(question.layers)
    for number, (layer, weight, bias) in enumerate(question.layers, 1):
        w, b, z = f"w{number}", f"b{number}", f"z{number}"
        arrays += [numpy_helper.from_array(weight, w), numpy_helper.from_array(bias, b)]
        nodes.append(helper.make_node("Gemm", [name, w, b], [z]))
        name = "y" if number == count else f"a{number}"
        nodes.append(helper.make_node(OPERATORS[layer.activation], [z], [name]))
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", floats, question.inputs.shape)],
        [helper.make_tensor_value_info("y", floats, question.truth.shape)],
        arrays,
    )
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9)
    checker.check_model(model)
    return model.SerializeToString()
