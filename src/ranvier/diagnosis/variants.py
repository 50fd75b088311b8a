"""variants: a design → others beside it that tell what it lacks."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from ranvier.diagnosis.capacity import (
    deepened,
    widened,
    with_decay,
    with_dropout,
    without_bounds,
    without_noise,
)
from ranvier.network import Dense, Network
from ranvier.recipe import EarlyStopping, Recipe

Kind = Literal["as it is", "more room", "less room", "rate", "fewer rows"]

_WIDER, _NARROWER, _LONGER = 4, 0.25, 3
_DROPPED, _DECAYED = 0.5, 0.1
SHARES = (0.5, 0.25, 0.125)
"""Of the training rows so many are learnt from, to see what more would bring."""


class Variant(NamedTuple):
    """Hold a design to be tried, and what is changed in it, in words.

    kind: "more room" where it can learn more than the run could, "less room" where it
        is held more tightly.
    share: of the training rows that it learns from.
    """

    change: str
    kind: Kind
    network: Network
    recipe: Recipe
    share: float = 1.0


def variants(network: Network, recipe: Recipe) -> Iterator[Variant]:
    """Yield what is to be tried: the design as it is, then the most telling."""
    recipe = replace(recipe, members=1)
    yield Variant("nothing", "as it is", network, recipe)
    for change, kind, other, learnt in _changed(network, recipe):
        if (other, learnt) != (network, recipe) and not _is_judged_so(recipe, learnt):
            yield Variant(change, kind, other, learnt)
    for share in SHARES:
        yield Variant(f"{share:.1%} of the rows", "fewer rows", network, recipe, share)


def _changed(
    network: Network, recipe: Recipe
) -> Iterator[tuple[str, Kind, Network, Recipe]]:
    wide = _roomier(network)
    yield f"{_WIDER} times the units", "more room", wide, recipe
    if recipe.optimizer.type != "lbfgs":
        dropped = with_dropout(network, _DROPPED)
        yield f"dropout of {_DROPPED:g}", "less room", dropped, recipe
    yield "stronger weight decay", "less room", network, with_decay(recipe, _DECAYED)
    stopped = replace(recipe, stopping=EarlyStopping("val_loss", recipe.epochs))
    yield "the epoch of the least val_loss", "less room", network, stopped
    longer = replace(recipe, epochs=_LONGER * recipe.epochs)
    yield f"{_LONGER} times the epochs", "more room", network, longer
    free = without_noise(network), without_bounds(recipe)
    yield "no dropout and no penalties", "more room", *free
    narrow = widened(network, _NARROWER)
    yield "a quarter of the units", "less room", narrow, recipe
    for factor in (4.0, 0.25):
        optimizer: Any = recipe.optimizer
        rate = optimizer.learning_rate * factor
        other = replace(recipe, optimizer=replace(optimizer, learning_rate=rate))
        yield f"learning_rate={rate:.3g}", "rate", network, other


def _is_judged_so(recipe: Recipe, other: Recipe) -> bool:
    """Tell whether the least val_loss is what a recipe keeps already."""
    monitor = recipe.stopping.monitor if recipe.stopping else "val_loss"
    same = replace(other, stopping=recipe.stopping) == recipe
    return same and other.stopping != recipe.stopping and monitor == "val_loss"


def _roomier(network: Network) -> Network:
    """Return a wider network; of one without hidden layers, one that has some."""
    is_flat = not any(isinstance(layer, Dense) for layer in network.layers[:-1])
    wide = widened(network, _WIDER)
    return deepened(network) if is_flat and wide == network else wide
