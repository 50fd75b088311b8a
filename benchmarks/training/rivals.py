"""rivals: who takes part, and what each one needs."""

import os
import shutil
from importlib.util import find_spec
from typing import NamedTuple

from ranvier.engine.choose import thread_count


class Rival(NamedTuple):
    """Name a rival, the file and class that it is in, and what it needs.

    packages: by the names they are imported by. tool: a program, such as "c++".
    """

    name: str
    home: str
    packages: tuple[str, ...]
    tool: str | None = None

    def lanes(self) -> dict[str, int]:
        """Return each name it takes part under, with its number of threads."""
        return {
            f"{self.name}-{threads}": threads
            for threads in sorted({1, thread_count(None)})
        }

    def missing(self) -> str:
        """Say what it lacks here; nothing if it can take part."""
        absent = [name for name in self.packages if find_spec(name) is None]
        if absent:
            return f"{' and '.join(absent)} not installed"
        if self.tool and not shutil.which(self.tool):
            return f"there is no {self.tool}"
        return ""


RIVALS = (
    Rival("numpy", "numpy_loop:NumpyLoop", ("numpy",)),
    Rival("sklearn-mlp", "sklearn_mlp:SklearnMLP", ("sklearn",)),
    Rival("pytorch-eager", "pytorch_eager:PyTorchEager", ("torch",)),
    Rival(
        "pytorch-compile",
        "pytorch_compile:PyTorchCompile",
        ("torch",),
        tool=os.environ.get("CXX", "g++"),
    ),
    Rival("jax-scan", "jax_scan:JaxScan", ("jax", "optax")),
)
