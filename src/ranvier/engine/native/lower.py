"""lower: Network × Recipe → the description that the C++ core plans a program from."""

import math
import os
from typing import NamedTuple

from ranvier.engine.contract import Decode
from ranvier.engine.native import _native
from ranvier.network import Dense, Network
from ranvier.network.activations import name_of, slope_of
from ranvier.recipe import NAG, SGD, Adagrad, Adam, Momentum, Recipe, RMSprop


class State(NamedTuple):
    """Name what the core keeps of each weight, by slot."""

    names: tuple[str, ...]

    def slots(self) -> list[tuple[str, _native.Slot]]:
        """Return each name with its slot in the core."""
        return list(
            zip(self.names, (_native.Slot.first, _native.Slot.second), strict=False)
        )


STATES = {
    SGD: State(()),
    Momentum: State(("velocity",)),
    NAG: State(("velocity",)),
    Adagrad: State(("sum",)),
    RMSprop: State(("square",)),
    Adam: State(("mean", "square")),
}


def lower(
    network: Network, recipe: Recipe, decode: Decode, threads: int
) -> _native.ProgramSpec:
    """Return the core's description of a network and a recipe."""
    spec = _native.ProgramSpec()
    spec.inputs = math.prod(network.input_shape or ())
    spec.layers = [_layer(layer) for layer in network.layers]
    spec.loss = getattr(_native.Loss, recipe.loss_for(network))
    spec.optimizer = _optimizer(recipe.optimizer)
    spec.batch_size = recipe.batch_size
    spec.scale = decode.scale.tolist()
    spec.shift = decode.shift.tolist()
    spec.threads = threads
    spec.target = os.environ.get("RANVIER_TARGET", "")
    return spec


def _layer(layer: Dense) -> _native.DenseSpec:
    activation = getattr(_native.Activation, name_of(layer.activation))
    slope = slope_of(layer.activation)
    return _native.DenseSpec(layer.units, activation, layer.bias, slope)


def _optimizer(
    optimizer: SGD | Momentum | NAG | Adagrad | RMSprop | Adam,
) -> _native.OptimizerSpec:
    kind = getattr(_native.Optimizer, optimizer.type)
    match optimizer:
        case Momentum() | NAG():
            return _native.OptimizerSpec(kind, decay=optimizer.momentum)
        case Adagrad():
            return _native.OptimizerSpec(kind, epsilon=optimizer.epsilon)
        case RMSprop():
            return _native.OptimizerSpec(
                kind, decay=optimizer.decay, epsilon=optimizer.epsilon
            )
        case Adam():
            return _native.OptimizerSpec(
                kind,
                decay=optimizer.beta_1,
                decay_2=optimizer.beta_2,
                epsilon=optimizer.epsilon,
            )
    return _native.OptimizerSpec(kind)
