"""rivals: who takes part, and what each one needs."""

import ctypes.util
import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import NamedTuple

from ranvier.engine.choose import thread_count


class Rival(NamedTuple):
    """Name a rival, the file and class that it is in, and what it needs.

    packages: by the names they are imported by. tool: a program, such as "c++".
    library: a shared library, such as "fann". is_single: whether it knows no threads.
    variables: what its environment says.
    """

    name: str
    home: str
    packages: tuple[str, ...] = ()
    tool: str | None = None
    library: str | None = None
    is_single: bool = False
    variables: Mapping[str, str] = MappingProxyType({})

    def threads(self) -> list[int]:
        """Return the numbers of threads that it is tried with."""
        return [1] if self.is_single else sorted({1, thread_count(None)})

    def missing(self) -> str:
        """Say what it lacks here; nothing if it can take part."""
        absent = [name for name in self.packages if find_spec(name) is None]
        if absent:
            return f"{' and '.join(absent)} not installed"
        if self.tool and not shutil.which(self.tool):
            return f"there is no {self.tool}"
        if self.library and not ctypes.util.find_library(self.library):
            return f"there is no library {self.library}"
        return ""


COMPILER = os.environ.get("CXX", "g++")

TRAINING = (
    Rival("numpy", "training.numpy_loop:NumpyLoop", ("numpy",)),
    Rival("sklearn-mlp", "training.sklearn_mlp:SklearnMLP", ("sklearn",)),
    Rival("pytorch-eager", "training.pytorch_eager:PyTorchEager", ("torch",)),
    Rival(
        "pytorch-compile",
        "training.pytorch_compile:PyTorchCompile",
        ("torch",),
        tool=COMPILER,
    ),
    Rival("jax-scan", "training.jax_scan:JaxScan", ("jax", "optax")),
    Rival("keras-jax", "training.keras_fit:KerasFit", ("keras", "jax", "optax")),
    Rival(
        "tinygrad",
        "training.tinygrad_jit:TinygradJit",
        ("tinygrad",),
        tool=os.environ.get("CC", "clang"),
        variables={"DEV": "CPU"},
    ),
)

INFERENCE = (
    Rival("onnxruntime", "inference.onnx_calls:OnnxCalls", ("onnxruntime", "onnx")),
    Rival("numpy", "inference.numpy_calls:NumpyCalls", ("numpy",)),
    Rival("pytorch-eager", "inference.pytorch_calls:PyTorchEager", ("torch",)),
    Rival(
        "pytorch-compile",
        "inference.pytorch_calls:PyTorchCompile",
        ("torch",),
        tool=COMPILER,
    ),
    Rival("jax-jit", "inference.jax_calls:JaxCalls", ("jax",)),
    Rival("fann", "inference.fann_calls:FannCalls", library="fann", is_single=True),
)
