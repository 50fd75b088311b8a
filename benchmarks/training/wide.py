"""wide: 784-512-10, relu, cross-entropy, batch 128, with SGD and with Adam."""

from benchmarks.training.workload import Workload
from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Adam, Recipe

_NETWORK = Network([Dense(512, "relu"), Dense(10, "softmax")], (784,))


def _workload(optimizer: SGD | Adam) -> Workload:
    recipe = Recipe(loss="cross_entropy", optimizer=optimizer, batch_size=128)
    return Workload(f"wide-{optimizer.type}", _NETWORK, recipe)


WITH_SGD, WITH_ADAM = _workload(SGD(0.1)), _workload(Adam())
