"""lenet: LeNet-5 on digits, with relu and largest values in its pools; Adam.

LeCun, Bottou, Bengio and Haffner 1998, figure 2; in the form that SimpleChains.jl and
Flux are measured by: 44,426 weights.
"""

from benchmarks.training.workload import Workload
from ranvier.network import Conv2D, Dense, MaxPool2D, Network
from ranvier.recipe import Adam, Recipe

NETWORK = Network(
    [
        Conv2D(6, 5, activation="relu", padding="valid"),
        MaxPool2D(),
        Conv2D(16, 5, activation="relu", padding="valid"),
        MaxPool2D(),
        Dense(120, "relu"),
        Dense(84, "relu"),
        Dense(10, "softmax"),
    ],
    (28, 28, 1),
)

RECIPE = Recipe(optimizer=Adam(), batch_size=128, epochs=10, stopping=None)

WORKLOAD = Workload("lenet", NETWORK, RECIPE, rows=6_400)
