"""collisions: HIGGS's shape, 28-300-300-300-300-300-1, tanh, Adam, batch 100."""

from benchmarks.training.workload import Workload
from ranvier.network import Dense, Network
from ranvier.recipe import Adam, Recipe

_LAYERS = [*(Dense(300, "tanh") for _ in range(5)), Dense(1, "sigmoid")]

WORKLOAD = Workload(
    "collisions",
    Network(_LAYERS, (28,)),
    Recipe(loss="binary_cross_entropy", optimizer=Adam(), batch_size=100),
    rows=20_000,
    data="collisions",
)
