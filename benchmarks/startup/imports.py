"""imports: the time that an import takes beyond NumPy's own."""

import subprocess
import sys
from importlib.util import find_spec

from benchmarks.measure import interleaved
from benchmarks.results import OURS, Result, medians
from benchmarks.suite import Suite
from benchmarks.training.compare import note_rounds

WORDS = "from ranvier import Dense, Model, Network, Recipe, data, train"
"""What the README's first lines need: `import ranvier` alone loads little."""

RIVALS = {"torch": "torch", "jax": "jax", "sklearn": "sklearn.neural_network"}


def imports(suite: Suite) -> list[Result]:
    """Time `import ranvier`, and the import of its first words beside rivals."""
    statements = {OURS: "import ranvier", "words": WORDS}
    for name, module in RIVALS.items():
        if suite.settings.is_quick or find_spec(name) is None:
            continue
        statements[name] = f"import {module}"
    turns = {
        name: lambda statement=statement: _seconds(statement)
        for name, statement in statements.items()
    }
    rounds = interleaved(turns, suite.settings.repeats)
    note_rounds(suite, "import", rounds)
    ours, rivals = medians(rounds, scale=1e3)
    words = rivals.pop("words")
    return [
        Result("import-ranvier", "ms", ours, {}),
        Result("import-first-words", "ms", words, rivals),
    ]


def _seconds(statement: str) -> float:
    code = (
        "import time, numpy\n"
        "start = time.perf_counter()\n"
        f"{statement}\n"
        "print(time.perf_counter() - start)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return float(done.stdout)
