"""table_adamw: 20-256-256-256-1, relu, mse, AdamW, batch 256."""

from benchmarks.training.workload import Workload
from ranvier.network import Dense, Network
from ranvier.recipe import AdamW, Recipe

_LAYERS = [*(Dense(256, "relu") for _ in range(3)), Dense(1)]

WORKLOAD = Workload(
    "table-adamw",
    Network(_LAYERS, (20,)),
    Recipe(loss="mse", optimizer=AdamW(), batch_size=256),
    rows=25_600,
    data="table",
)
