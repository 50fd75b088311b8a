"""cures: a design, and the same with one thing changed."""

from collections.abc import Callable, Collection
from dataclasses import fields, replace
from typing import Any

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Treatment
from ranvier.network import BatchNorm, Layer, Network
from ranvier.network.activations import bend_of, name_of
from ranvier.recipe import LBFGS, Recipe
from ranvier.training.sweep import with_rate

Changed = Callable[[Any], Any]


def with_layers(network: Network, changed: Changed, *, output: bool = True) -> Network:
    """Return `network` with `changed` applied to each layer, those in residuals too.

    output: whether the last layer is changed as well.
    """
    *hidden, last = (_changed(layer, changed) for layer in network.layers)
    return replace(network, layers=(*hidden, last if output else network.layers[-1]))


def with_layer(network: Network, name: str, changed: Changed) -> Network:
    """Return `network` with `changed` applied to one layer, which is in no residual."""
    layers = (
        changed(placed.layer) if placed.name == name else placed.layer
        for placed in network.placed()
    )
    return replace(network, layers=tuple(layers))


def with_activation(network: Network, old: Collection[str], new: str) -> Network:
    """Return `network` with another activation in its hidden layers."""
    return with_layers(
        network,
        lambda layer: (
            replace(layer, activation=new) if name_of(bend_of(layer)) in old else layer
        ),
        output=False,
    )


def with_usual_start(network: Network) -> Network:
    """Return `network` with first weights drawn as suits each activation."""

    def changed(layer: Any) -> Any:
        has_draw = any(field.name == "initializer" for field in fields(layer))
        return replace(layer, initializer="auto") if has_draw else layer

    return with_layers(network, changed)


def with_norms(network: Network) -> Network:
    """Return `network` with a BatchNorm before the activation of each hidden layer."""
    *hidden, last = network.layers
    layers: list[Layer] = []
    for layer in hidden:
        layers += _normed(layer)
    return replace(network, layers=(*layers, last))


def with_rate_times(recipe: Recipe, factor: float) -> Recipe:
    """Return `recipe` with so many times its learning rate."""
    rate = recipe.optimizer.learning_rate * factor
    return with_rate(recipe, float(f"{rate:.3g}"))


def searched(case: Case) -> Treatment:
    """Return the same design with a learning rate that is searched for."""
    recipe = with_rate(case.recipe, "auto")
    return Treatment('learning_rate="auto"', case.network, recipe)


def with_clip(recipe: Recipe, norm: float) -> Recipe:
    """Return `recipe` with the length of all gradients together bounded."""
    return replace(recipe, clip=replace(recipe.clip, global_norm=norm))


def is_stepping(recipe: Recipe) -> bool:
    """Tell whether the learning rate is the length of steps, and not a first guess."""
    return not isinstance(recipe.optimizer, LBFGS)


def _changed(layer: Any, changed: Changed) -> Any:
    inner = getattr(layer, "layers", None)
    if inner:
        layers = tuple(_changed(one, changed) for one in inner)
        layer = replace(layer, layers=layers)
    return changed(layer)


def _normed(layer: Any) -> list[Any]:
    """Return a layer with weights without its activation, and a norm that has it."""
    if layer.type not in ("dense", "conv2d", "conv1d"):
        return [layer]
    bend = bend_of(layer)
    return [replace(layer, activation="identity", bias=False), BatchNorm(bend)]
