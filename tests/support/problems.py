"""problems: small networks with random data, for an engine to learn."""

import math
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import (
    Decode,
    Engine,
    EpochStatistics,
    Program,
    Samples,
)
from ranvier.engine.parameters import initial_parameters
from ranvier.network import Dense, LeakyReLU, Network
from ranvier.recipe import Recipe


@dataclass(frozen=True)
class Problem:
    """Hold everything that a program needs to learn, and how to start it."""

    network: Network
    recipe: Recipe
    decode: Decode
    parameters: dict[str, NDArray[np.float32]]
    samples: Samples
    rows: NDArray[np.uint32]
    rate: float | NDArray[np.float64] = 0.05

    def with_(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def with_optimizer(self, optimizer: object) -> Self:
        recipe = replace(self.recipe, optimizer=optimizer)
        # a line search that starts with short steps extrapolates from roundings
        rate = 30.0 if recipe.optimizer.type == "lbfgs" else self.rate
        return replace(self, recipe=recipe, rate=rate)

    def of_network(self, network: Network) -> Self:
        parameters = initial_parameters(network, seed=0)
        return replace(self, network=network, parameters=parameters)

    @property
    def steps(self) -> int:
        return -(-len(self.rows) // self.recipe.batch_size)

    def program(self, engine: Engine, threads: int = 1) -> Program:
        return engine.program(
            self.network, self.recipe, self.decode, self.parameters, threads
        )

    def epoch(self, program: Program) -> EpochStatistics:
        rates = np.full(self.steps, self.rate).astype(np.float32)
        return program.epoch(self.samples, self.rows, rates)

    def trained(self, engine: Engine, epochs: int = 1, threads: int = 1) -> Program:
        program = self.program(engine, threads)
        for _ in range(epochs):
            self.epoch(program)
        return program


def problem(
    *,
    inputs: int = 10,
    units: int | None = 7,
    outputs: int = 4,
    rows: int = 20,
    batch: int = 6,
    hidden: str | LeakyReLU = "tanh",
    output: str | LeakyReLU = "softmax",
    loss: object = "auto",
    optimizer: object = "sgd",
    pixels: bool = False,
    values: bool = False,
    bias: bool = True,
    seed: int = 0,
) -> Problem:
    """Make a network of one hidden layer (units=None: of none) and data for it.

    Inputs are float32, or uint8 with `pixels`; targets are class numbers, or float32
    `values` in rows that sum to 1, which every loss can judge.
    """
    layers = [Dense(outputs, output, bias)]
    if units is not None:
        layers.insert(0, Dense(units, hidden, bias))
    network = Network(layers, (inputs,))
    recipe = Recipe(loss=loss, optimizer=optimizer, batch_size=batch)
    return problem_of(
        network, recipe, rows=rows, pixels=pixels, values=values, seed=seed
    )


def problem_of(
    network: Network,
    recipe: Recipe,
    *,
    rows: int = 20,
    pixels: bool = False,
    values: bool = False,
    seed: int = 0,
) -> Problem:
    """Make data for a network, as `problem` does; its columns of ids hold ids."""
    inputs, outputs = math.prod(network.input_shape), network.output_shape[0]
    random = np.random.default_rng([seed, inputs, outputs, rows])
    decode = _decode(random, inputs, pixels)
    parameters = _spread(initial_parameters(network, seed), random)
    samples = Samples(
        _inputs(random, rows, inputs, pixels),
        _targets(random, rows, outputs, values),
    )
    order = random.permutation(rows).astype(np.uint32)
    for table, column in enumerate(network.id_columns):
        decode.scale[column], decode.shift[column] = 1, 0
        ids = random.integers(0, network.layers[0].ids[table], rows)
        samples.inputs[:, column] = ids
    return Problem(network, recipe, decode, parameters, samples, order)


def _decode(random: np.random.Generator, inputs: int, pixels: bool) -> Decode:
    scale = random.uniform(0.5, 1.5, inputs) / (128 if pixels else 1)
    shift = random.uniform(-1, 0, inputs)
    return Decode(scale.astype(np.float32), shift.astype(np.float32))


def _inputs(
    random: np.random.Generator, rows: int, inputs: int, pixels: bool
) -> NDArray[Any]:
    if pixels:
        return random.integers(0, 256, (rows, inputs)).astype(np.uint8)
    return random.normal(size=(rows, inputs)).astype(np.float32)


def _targets(
    random: np.random.Generator, rows: int, outputs: int, values: bool
) -> NDArray[Any]:
    if values:
        return random.dirichlet(np.ones(outputs), rows).astype(np.float32)
    return random.integers(0, max(2, outputs), rows).astype(np.int32)


def _spread(
    parameters: dict[str, NDArray[np.float32]], random: np.random.Generator
) -> dict[str, NDArray[np.float32]]:
    """Move every weight a little, so that biases do not start at zero."""
    return {
        name: array + random.uniform(-0.1, 0.1, array.shape).astype(np.float32)
        for name, array in parameters.items()
    }
