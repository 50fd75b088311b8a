"""ratings: 1,682 films and 943 people, 64 numbers each, dense 64-1; Adam, batch 256."""

from benchmarks.training.workload import Workload
from ranvier.network import Dense, Embedding, Network
from ranvier.recipe import Adam, Recipe

_LAYERS = [Embedding(ids=(1682, 943), width=64), Dense(64, "relu"), Dense(1)]

WORKLOAD = Workload(
    "ratings",
    Network(_LAYERS, (2,)),
    Recipe(loss="mse", optimizer=Adam(), batch_size=256),
    rows=25_600,
    data="ratings",
)
