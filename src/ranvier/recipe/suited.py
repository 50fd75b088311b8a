"""suited: data → the network and the recipe to begin with."""

import math
from dataclasses import replace
from typing import NamedTuple

from ranvier.data import Schema
from ranvier.errors import DescriptionError
from ranvier.network import Dense, Dropout, Layer, Network
from ranvier.recipe.files import read_recipe
from ranvier.recipe.losses import suited_to
from ranvier.recipe.recipe import Recipe

_SMALL_SIDE, _LEAST_SIDE = 40, 16
_STEPS, _BATCHES, _SMALLEST_BATCH, _MOST_EPOCHS = 4000, 50, 32, 300
_FEW = 1000  # rows: of fewer, twice the dropout keeps their noise from being learnt
_MANY = 200_000  # rows: of more, one network learns all that several would


class Design(NamedTuple):
    """Hold what to train, and how."""

    network: Network
    recipe: Recipe


def suited_recipe(schema: Schema) -> str:
    """Return the name of the recipe in the package that suits data of `schema`.

    Tables take "table" for classes and labels, "table-numbers" for numbers; those that
    hold nothing but names, such as users and items, take "ratings" for numbers.
    Recordings take "sounds". Pictures of 16 to 40 pixels take "small-pictures", larger
    ones "pictures". Digits centred as MNIST's, and arrays, take "digits".
    """
    if schema.is_table and schema.task != "regression":
        return "table"
    if schema.is_table:
        kinds = {column.kind for column in schema.columns if column.is_learnt}
        return "ratings" if kinds == {"category"} else "table-numbers"
    if schema.sound is not None:
        return "sounds"
    form = schema.image
    if form is None or form.centred or min(form.height, form.width) < _LEAST_SIDE:
        return "digits"
    is_small = max(form.height, form.width) <= _SMALL_SIDE
    return "small-pictures" if is_small else "pictures"


def suited(schema: Schema, rows: int | None = None) -> Design:
    """Return the network and the recipe to begin with on data of `schema`.

    rows: how many there are to learn from, by which the batches of a table, or of
        arrays, are as large, and epochs as many, as make some 4,000 steps; of ratings
        the batches alone are as large; of fewer than 1,000 rows of a table, the dropout
        is doubled, and of more than 200,000 one network is enough.

    >>> schema = Schema("coins", (1,), "classification", ("tails", "heads"), 2)
    >>> suited(schema).network.output.units
    2
    """
    name = suited_recipe(schema)
    recipe, network = read_recipe(name)
    assert network is not None
    if not schema.classes and getattr(recipe.loss, "is_of_classes", False):
        recipe = replace(recipe, loss=suited_to(output_for(schema)))
    if name in ("table", "table-numbers", "digits") and rows:
        recipe = _paced(recipe, rows)
    if name == "ratings" and rows:
        recipe = replace(recipe, batch_size=_batch_size(recipe, rows))
    if name in ("table", "table-numbers") and rows and rows < _FEW:
        network = replace(network, layers=tuple(map(_dropping_twice, network.layers)))
    sized = with_units(network.output, schema.outputs)
    output = replace(sized, activation=output_for(schema))
    return Design(Network((*network.layers[:-1], output), network.input_shape), recipe)


def output_for(schema: Schema) -> str:
    """Return the activation of the output layer that answers what `schema` asks.

    >>> output_for(Schema("coins", (1,), "classification", ("tails", "heads"), 2))
    'softmax'
    """
    if schema.classes:
        return "softmax"
    return "sigmoid" if schema.has_labels else "identity"


def _dropping_twice(layer: Layer) -> Layer:
    return replace(layer, rate=2 * layer.rate) if isinstance(layer, Dropout) else layer


def _batch_size(recipe: Recipe, rows: int) -> int:
    size: int = 2 ** int(math.log2(max(rows / _BATCHES, 1)))
    return min(max(size, _SMALLEST_BATCH), recipe.batch_size)


def _paced(recipe: Recipe, rows: int) -> Recipe:
    size = _batch_size(recipe, rows)
    epochs = math.ceil(_STEPS * size / rows)
    epochs = min(max(epochs, recipe.epochs), _MOST_EPOCHS)
    members = recipe.members if rows <= _MANY else 1
    stopping = recipe.stopping
    if stopping and epochs > recipe.epochs:
        patience = max(stopping.patience, epochs // 2)
        stopping = replace(stopping, patience=patience)
    return replace(
        recipe, batch_size=size, epochs=epochs, members=members, stopping=stopping
    )


def with_units(output: Layer, units: int) -> Dense:
    """Return the output layer with as many units.

    Raises:
        DescriptionError: it is no Dense, and has no number of units.
    """
    if isinstance(output, Dense):
        return replace(output, units=units)
    raise DescriptionError(
        f"the network ends in {output}, which cannot be given {units} outputs; end it "
        f"in Dense({units})."
    )
