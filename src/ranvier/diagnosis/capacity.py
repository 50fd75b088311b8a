"""capacity: a design → one that can learn more, or is held more tightly."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ranvier.diagnosis.finding import Treatment
from ranvier.network import (
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    GaussianNoise,
    Network,
    Residual,
)
from ranvier.recipe import Adam, AdamW, EarlyStopping, Penalty, Recipe

_HIDDEN_UNITS = 64
_DECAY, _DROPPED = 1.0, 0.5


def widened(network: Network, factor: float) -> Network:
    """Return `network` with `factor` times as many units and filters, at least 1.

    The output layer stays as it is, and so does a network with residuals or groups,
    whose widths hang together.

    >>> widened(Network([Dense(8, "relu"), Dense(2)]), 0.5).layers[0].units
    4
    """
    if any(isinstance(one, Residual) or _groups(one) > 1 for one in network.layers):
        return network
    hidden = (_scaled(layer, factor) for layer in network.layers[:-1])
    return Network((*hidden, network.output), network.input_shape)


def deepened(network: Network) -> Network:
    """Return `network` with one more hidden layer before its output.

    One that ends in anything but Dense stays as it is: what may stand before a residual
    or a pool hangs together with it.

    >>> len(deepened(Network([Dense(2)])).layers)
    2
    """
    if not isinstance(network.output, Dense):
        return network
    widths = [one.units for one in network.layers[:-1] if isinstance(one, Dense)]
    layer = Dense(widths[-1] if widths else _HIDDEN_UNITS, "relu")
    return Network((*network.layers[:-1], layer, network.output), network.input_shape)


def with_dropout(network: Network, rate: float) -> Network:
    """Return `network` with a Dropout of `rate` behind each hidden Dense.

    >>> with_dropout(Network([Dense(8, "relu"), Dense(2)]), 0.3).layers[1].rate
    0.3
    """
    layers: list[Any] = []
    for layer in network.layers[:-1]:
        if not isinstance(layer, Dropout):
            layers.append(layer)
        if isinstance(layer, Dense):
            layers.append(Dropout(rate))
    return Network((*layers, network.output), network.input_shape)


def without_noise(network: Network) -> Network:
    """Return `network` without the layers that disturb it while it learns.

    >>> len(without_noise(Network([Dropout(0.5), Dense(2)])).layers)
    1
    """
    layers = (one for one in network.layers if not isinstance(one, _NOISE))
    return Network(tuple(layers), network.input_shape)


def with_decay(recipe: Recipe, strength: float) -> Recipe:
    """Return `recipe` with weights that are pulled to 0.

    >>> with_decay(Recipe(), 0.1).optimizer.weight_decay
    0.1
    """
    optimizer = recipe.optimizer
    if isinstance(optimizer, Adam):
        optimizer = AdamW(optimizer.learning_rate)
    if hasattr(optimizer, "weight_decay"):
        return replace(recipe, optimizer=replace(optimizer, weight_decay=strength))
    return replace(recipe, penalty=replace(recipe.penalty, l2=strength / 100))


def held_back(network: Network, recipe: Recipe) -> Iterator[Treatment]:
    """Yield designs that learn less by heart, the likeliest to help first.

    >>> recipe = Recipe(stopping=EarlyStopping("loss"))
    >>> next(held_back(Network([Dense(8), Dense(2)]), recipe)).change
    'the weights of the least val_loss'
    """
    kept = replace(recipe, stopping=EarlyStopping(patience=recipe.epochs))
    if recipe.stopping and recipe.stopping.monitor != "val_loss":
        yield Treatment("the weights of the least val_loss", network, kept)
        recipe = kept
    decayed, dropped = with_decay(recipe, _DECAY), with_dropout(network, _DROPPED)
    can_drop = dropped != network and recipe.optimizer.type != "lbfgs"
    if can_drop:
        both = f"Dropout({_DROPPED:g}), and weights pulled to 0"
        yield Treatment(both, dropped, decayed)
    yield Treatment("weights pulled to 0", network, decayed)
    if can_drop:
        yield Treatment(f"Dropout({_DROPPED:g})", dropped, recipe)


def without_bounds(recipe: Recipe) -> Recipe:
    """Return `recipe` without penalties and weight decay.

    >>> without_bounds(Recipe(penalty=Penalty(l2=0.1))) == Recipe()
    True
    """
    optimizer = recipe.optimizer
    if getattr(optimizer, "weight_decay", 0):
        optimizer = replace(optimizer, weight_decay=0.0)
    return replace(recipe, optimizer=optimizer, penalty=Penalty())


_NOISE = (Dropout, GaussianNoise)


def _groups(layer: Any) -> int:
    return int(getattr(layer, "groups", 1))


def _scaled(layer: Any, factor: float) -> Any:
    if isinstance(layer, Dense):
        return replace(layer, units=max(1, round(layer.units * factor)))
    if isinstance(layer, (Conv1D, Conv2D)):
        return replace(layer, filters=max(1, round(layer.filters * factor)))
    return layer
