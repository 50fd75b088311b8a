"""prepare: network, data and recipe → what an engine can train, all of it checked."""

from typing import NamedTuple

from ranvier.data import Dataset, Encoder, Parts
from ranvier.network import Embedding, Network
from ranvier.recipe import Recipe, suited
from ranvier.training.checks import check_data, check_kinds, fitted, parts_of


class Prepared(NamedTuple):
    """Hold what fits together: a training can begin.

    network: with the shape of its input.
    parts: the data as they are. numbers: the same, encoded.
    """

    network: Network
    recipe: Recipe
    encoder: Encoder
    parts: Parts
    numbers: Parts


def prepare(
    network: Network | None, data: Dataset | Parts, recipe: Recipe | None
) -> Prepared:
    """Return `network`, or one that suits the data, and the data in numbers.

    A recipe that is left out is the one that suits such a network, or `Recipe()`.

    Raises:
        DescriptionError, DataError: network, data and recipe do not fit each other.
    """
    if network is None:
        train = check_data(data)
        ours = suited(train.schema, len(train))
        network, recipe = ours.network, recipe or ours.recipe
    recipe = Recipe() if recipe is None else recipe
    check_kinds(network, recipe)
    parts = parts_of(data, recipe)
    encoder = Encoder.fit(parts.train, network.id_columns, dict(recipe.encode))
    numbers = encoder.encoded_parts(parts)
    network = fitted(_fronted(network, encoder), numbers, recipe)
    return Prepared(network, recipe, encoder, parts, numbers)


def _fronted(network: Network, encoder: Encoder) -> Network:
    """Let `network` begin with an Embedding of as many ids as the encoder gives.

    One that it begins with already keeps its width.
    """
    table, first = encoder.table, network.layers[0]
    if table is None:
        return network
    own = isinstance(first, Embedding)
    layers = network.layers[1:] if own else network.layers
    if not table.ids:
        return Network(layers)
    width = first.width if own and isinstance(first.width, int) else table.widths
    return Network((Embedding(table.ids, width, table.id_columns), *layers))
