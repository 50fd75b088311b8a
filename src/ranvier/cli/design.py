"""design: options × recipe file × data → the network and the recipe to train with."""

import re
from dataclasses import fields, replace
from typing import Any

from ranvier.cli.options import NetworkOptions, RecipeOptions
from ranvier.data import Schema
from ranvier.errors import DescriptionError
from ranvier.network import Dense, Layer, Network
from ranvier.network.activations import bend_of
from ranvier.recipe import (
    LOSSES,
    OPTIMIZERS,
    Augmentation,
    Design,
    EarlyStopping,
    Recipe,
    RecipeFile,
    output_for,
    read_network,
    read_recipe,
    suited,
    with_units,
)

DEFAULT_RECIPE = "digits"
_NO_LAYERS = ("none", "0")
_READ = {
    "optimizer",
    "class_weight",
    "split",
    "encode",
    "threshold",
}  # these options are words to be read
_ENCODER = re.compile(r"(.+?)\s*=\s*([^:=]+)((?::\w+=[^:=]+)*)")


def design_for(
    schema: Schema,
    network: NetworkOptions,
    options: RecipeOptions,
    rows: int | None = None,
) -> Design:
    """Return the network and the recipe for data of `schema` with so many rows.

    Options overrule the recipe. A network in a file or in a recipe that was asked for
    stays as it stands where no option speaks of it; else the output layer is made for
    the data.

    Raises:
        DescriptionError: an option cannot mean anything.
        FileError: there is no such recipe.
    """
    file = _file(suited(schema, rows), network, options)
    recipe = changed_recipe(file.recipe, options)
    unchanged = replace(network, network=None) == NetworkOptions() and not options.loss
    if file.network and unchanged and (options.recipe or network.network):
        return Design(file.network, recipe)
    hidden = hidden_layers(network, file.network)
    output = file.network.output if file.network else Dense(schema.outputs)
    activation = _output_activation(schema, file, options.loss)
    fitting = replace(with_units(output, schema.outputs), activation=activation)
    shape = file.network.input_shape if file.network else None
    return Design(Network((*hidden, fitting), shape), recipe)


def _file(ours: Design, network: NetworkOptions, options: RecipeOptions) -> RecipeFile:
    """Return the recipe asked for, or what suits the data, and the network asked for.

    Where a network stands alone, its loss is the one that suits it.
    """
    file = RecipeFile(ours.recipe, ours.network)
    if options.recipe is not None:
        file = read_recipe(options.recipe)
    if network.network is None:
        return file
    recipe = file.recipe if options.recipe else replace(file.recipe, loss="auto")
    return RecipeFile(recipe, read_network(network.network))


def hidden_layers(options: NetworkOptions, network: Network | None) -> list[Layer]:
    """Return the hidden layers that `options` ask for, else those of `network`.

    Raises:
        DescriptionError: a size or the activation cannot mean anything.
    """
    held = _default_layers() if network is None else network.layers[:-1]
    wanted = options.activation
    if options.hidden is None:
        layers = [_bent(one, wanted) for one in held]
    else:
        bends = (one.activation for one in held if hasattr(one, "activation"))
        activation: Any = wanted or next(bends, "relu")
        layers = [Dense(size, activation) for size in read_sizes(options.hidden)]
    if wanted and not layers:
        raise DescriptionError(
            f"--activation {wanted}: there is no hidden layer to have it; leave it "
            "out, or give sizes with --hidden."
        )
    return layers


def read_sizes(text: str) -> list[int]:
    """Return the sizes of hidden layers in `text`, as in "128,64" or "none".

    Raises:
        DescriptionError: it is neither.
    """
    if text.strip() in _NO_LAYERS:
        return []
    try:
        return [int(size) for size in text.split(",")]
    except ValueError:
        raise DescriptionError(
            f"--hidden {text}: expected the number of nodes of each hidden layer, as "
            "in 128,64; for no hidden layer, none."
        ) from None


def changed_recipe(recipe: Recipe, options: RecipeOptions) -> Recipe:
    """Return `recipe` with what the options say in its place.

    Raises:
        DescriptionError: an option cannot mean anything.
    """
    names = {field.name for field in fields(options)} & {
        field.name for field in fields(recipe)
    }
    given = {name: getattr(options, name) for name in names - _READ}
    changes = {name: value for name, value in given.items() if value is not None}
    if options.class_weight is not None:
        changes["class_weight"] = read_weights(options.class_weight)
    if options.split is not None:
        changes["split"] = read_split(options.split)
    if options.encode is not None:
        changes["encode"] = read_encoders(options.encode)
    if options.threshold is not None:
        changes["threshold"] = _number(options.threshold)
    if options.augment is not None:
        changes["augmentation"] = read_augmentation(options.augment)
    return replace(
        recipe,
        **changes,
        optimizer=_optimizer(recipe, options),
        penalty=_changed(recipe.penalty, options, ""),
        clip=_changed(recipe.clip, options, "clip_"),
        stopping=_stopping(recipe, options),
    )


def read_weights(text: str) -> str | dict[str, float]:
    """Return the class weights in `text`, as in "cat=2,dog=0.5", or "balanced".

    Raises:
        DescriptionError: it is neither.
    """
    if text == "balanced":
        return text
    pairs = read_pairs(text)
    if not pairs or not all(isinstance(weight, float) for weight in pairs.values()):
        raise DescriptionError(
            f"--class-weight {text}: expected balanced, or classes with their weights, "
            "as in cat=2,dog=0.5."
        )
    return pairs


def read_split(text: str) -> str | dict[str, str]:
    """Return the split in `text`, as in "random" or "group=patient".

    >>> read_split("time=day")
    {'type': 'time', 'column': 'day'}
    """
    kind, sign, column = text.partition("=")
    return {"type": kind, "column": column} if sign else kind


def read_encoders(text: str) -> dict[str, Any]:
    """Return the encoders in `text`, as in "age=quantile,pay=periodic:frequencies=4".

    Raises:
        DescriptionError: there are none in it.

    >>> read_encoders("number=piecewise_linear:bins=16")
    {'number': {'type': 'piecewise_linear', 'bins': 16}}
    """
    found = [_ENCODER.fullmatch(part.strip()) for part in text.split(",")]
    encoders = {}
    for one in found:
        if one is None:
            raise DescriptionError(
                f"--encode {text}: expected columns with their encoders, as in "
                "age=quantile, or all numbers, as in number=piecewise_linear:bins=16."
            )
        column, encoder, options = one.groups()
        pairs = (option.partition("=") for option in options.split(":")[1:])
        told = {name: _whole(value) for name, _, value in pairs}
        encoders[column] = {"type": encoder, **told} if told else encoder
    return encoders


def read_augmentation(text: str) -> Augmentation | None:
    """Return the changes to pictures in `text`, as in "shift=2,flip=both", or "none".

    Raises:
        DescriptionError: it is neither.
    """
    if text == "none":
        return None
    pairs = read_pairs(text)
    if not pairs:
        raise DescriptionError(
            f"--augment {text}: expected changes to pictures with their sizes, as in "
            "shift=2,rotate=10, or none."
        )
    if "cutout" in pairs and pairs["cutout"] % 1 == 0:
        pairs["cutout"] = int(pairs["cutout"])
    return Augmentation(**pairs)


def read_pairs(text: str) -> dict[str, Any]:
    """Return the names in "one=2,other=word", numbers as such; nothing if unreadable.

    Raises:
        DescriptionError: a name is given twice.

    >>> read_pairs("shift=2,flip=both")
    {'shift': 2.0, 'flip': 'both'}
    """
    pairs: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = (side.strip() for side in part.rpartition("="))
        if not name or not value:
            return {}
        if name in pairs:
            raise DescriptionError(f"{text}: {name} is given twice; give it once.")
        pairs[name] = _number(value)
    return pairs


def _whole(text: str) -> float | str:
    return int(text) if text.isdecimal() else _number(text)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _changed(bounds: Any, options: RecipeOptions, prefix: str) -> Any:
    """Return a Penalty or a Clip with those of its fields that options speak of."""
    given = {one.name: getattr(options, prefix + one.name) for one in fields(bounds)}
    return replace(bounds, **{k: v for k, v in given.items() if v is not None})


def _bent(layer: Any, wanted: str | None) -> Layer:
    """Return a layer with the activation wanted, if it bends what it gives."""
    bent: Layer = layer
    if wanted and (isinstance(layer, Dense) or bend_of(layer) != "identity"):
        bent = replace(layer, activation=wanted)
    return bent


def _default_layers() -> tuple[Layer, ...]:
    network = read_recipe(DEFAULT_RECIPE).network
    return network.layers[:-1] if network else ()


def _output_activation(schema: Schema, file: RecipeFile, loss: str | None) -> Any:
    """Return what a loss given by hand needs, else what the recipe has or needs."""
    if loss and loss != "auto" and (needed := LOSSES[loss].outputs):
        return needed[0]
    if file.network:
        return bend_of(file.network.output)
    if file.recipe.loss != "auto" and (needed := file.recipe.loss.outputs):
        return needed[0]
    return output_for(schema)


def _optimizer(recipe: Recipe, options: RecipeOptions) -> Any:
    """Return the recipe's optimizer, or the one asked for, with the rate asked for."""
    optimizer: Any = recipe.optimizer
    if options.optimizer not in (None, optimizer.type):
        optimizer = OPTIMIZERS[options.optimizer]()
    if options.learning_rate is None:
        return optimizer
    return replace(optimizer, learning_rate=_rate(options.learning_rate))


def _rate(text: str) -> float | str:
    rate = _number(text)
    if isinstance(rate, float) or rate == "auto":
        return rate
    raise DescriptionError(
        f"--learning-rate {text}: expected a number, as in 0.01, or auto."
    )


def _stopping(recipe: Recipe, options: RecipeOptions) -> EarlyStopping | None:
    if options.no_stopping and options.patience is not None:
        raise DescriptionError(
            f"--no-stopping and --patience {options.patience}: the one trains through "
            "all epochs, the other stops before; give one of them."
        )
    if options.no_stopping:
        return None
    if options.patience is None:
        return recipe.stopping
    return replace(recipe.stopping or EarlyStopping(), patience=options.patience)
