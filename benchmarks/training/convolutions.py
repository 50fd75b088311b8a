"""convolutions: conv 16 – pool – conv 32 – pool – dense 10, 3×3, batch 32 and 128."""

from benchmarks.training.workload import Workload
from ranvier.network import Conv2D, Dense, MaxPool2D, Network
from ranvier.recipe import Adam, Recipe

_NETWORK = Network(
    [
        Conv2D(16, activation="relu"),
        MaxPool2D(),
        Conv2D(32, activation="relu"),
        MaxPool2D(),
        Dense(10, "softmax"),
    ],
    (28, 28, 1),
)


def _workload(batch_size: int) -> Workload:
    recipe = Recipe(optimizer=Adam(), batch_size=batch_size)
    return Workload(f"convolutions-{batch_size}", _NETWORK, recipe, rows=3_840)


OF_32, OF_128 = _workload(32), _workload(128)
