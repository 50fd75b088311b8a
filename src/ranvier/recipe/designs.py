"""designs: a recipe and a network that suit a kind of data, made for its classes."""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from ranvier.data import Schema
from ranvier.errors import DescriptionError
from ranvier.network import Embedding, Network
from ranvier.recipe.files import read_recipe
from ranvier.recipe.recipe import Recipe

_SMALL_SIDE = 40


class Design(NamedTuple):
    """Hold how to learn, and what learns."""

    recipe: Recipe
    network: Network


def design_for(schema: Schema) -> Design:
    """Return a named recipe with its network, made for the classes of `schema`.

    Pictures of at most 40 pixels take "small-pictures", larger ones "pictures";
    recordings take "sounds". The ids of ratings take `ratings_design`.

    Raises:
        DescriptionError: rows are neither pictures nor recordings.

    >>> from ranvier.data import load
    >>> design_for(load("digits").schema).network.outputs
    10
    """
    if schema.sound is not None:
        return made_for("sounds", schema.outputs)
    if schema.image is None:
        raise DescriptionError(
            f"{schema.name} has rows of shape {schema.input_shape} that are neither "
            "pictures nor recordings; give a network and a recipe."
        )
    is_small = max(schema.image.height, schema.image.width) <= _SMALL_SIDE
    return made_for("small-pictures" if is_small else "pictures", schema.outputs)


def ratings_design(ids: Sequence[int]) -> Design:
    """Return the recipe "ratings" with its network, for tables of so many ids.

    ids: how many users and how many items there are, those never seen included, as
        `TableEncoder.ids` says.

    Raises:
        DescriptionError: a number of ids is not positive.

    >>> ratings_design((944, 1683)).network.with_input((2,)).size
    69449
    """
    recipe, network = made_for("ratings", 1)
    table, *others = network.layers
    assert isinstance(table, Embedding)
    sized = dataclasses.replace(table, ids=tuple(ids))
    return Design(recipe, Network((sized, *others)))


def made_for(name: str, outputs: int) -> Design:
    """Return a named recipe, its network with so many units in the last layer.

    Raises:
        FileError: there is no such recipe.
        DescriptionError: it has no network.
    """
    recipe, network = read_recipe(name)
    if network is None:
        raise DescriptionError(
            f"the recipe {name} holds no network; give one, as in [network]."
        )
    *others, last = network.layers
    layers = (*others, dataclasses.replace(last, units=outputs))
    return Design(recipe, dataclasses.replace(network, layers=layers))
