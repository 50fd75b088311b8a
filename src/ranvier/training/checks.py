"""checks: whether network, data and recipe fit, asked before the first epoch."""

import numpy as np

from ranvier.data import Dataset, Parts, Schema
from ranvier.engine.parameters import learnt_parameters
from ranvier.errors import DataError, DescriptionError
from ranvier.network import BatchNorm, Network
from ranvier.recipe import (
    LBFGS,
    BinaryCrossEntropy,
    Loss,
    Poisson,
    Recipe,
    output_for,
)
from ranvier.training.weighting import check_class_weight


def parts_of(data: Dataset | Parts, recipe: Recipe) -> Parts:
    """Return `data` in parts: as they were given, or split by the recipe.

    Raises:
        DataError: `data` are no data, the parts differ in kind, a part weighs nothing,
            or nothing is left to train on.
    """
    train = check_data(data)
    parts = (
        data
        if isinstance(data, Parts)
        else train.split(
            validation=recipe.validation,
            test=recipe.test,
            seed=recipe.seed,
            by=recipe.split,
        )
    )
    for name, part in zip(Parts._fields, parts, strict=True):
        if part is not None:
            _check_part(name, part, parts.train)
            _check_weights(name, part)
    return parts


def check_data(data: Dataset | Parts) -> Dataset:
    """Return `data`, or their training part.

    Raises:
        DataError: they are no data.
    """
    train = data.train if isinstance(data, Parts) else data
    if isinstance(train, Dataset):
        return train
    raise DataError(
        f"train() was given {type(data).__name__} as data; give a Dataset, such as "
        "ranvier.data.from_arrays(inputs, targets)."
    )


def fitted(network: Network, parts: Parts, recipe: Recipe) -> Network:
    """Return `network` for inputs of the data's shape, if all three fit together.

    Raises:
        DescriptionError: the network or the recipe does not fit the data.
        DataError: the targets do not fit the loss.
    """
    schema = parts.train.schema
    network = network.with_input(schema.input_shape)
    loss = recipe.loss_for(network)
    check_outputs(network, schema)
    _check_task(loss, schema, recipe)
    check_class_weight(recipe, schema, loss.type)
    _check_threshold(recipe, parts)
    recipe.augmentation_for(network)
    _check_learning(network, recipe)
    if not schema.classes:
        _check_values(loss, parts)
    return network


def _check_learning(network: Network, recipe: Recipe) -> None:
    """Make sure that the network's layers can learn by the recipe.

    Raises:
        DescriptionError: they cannot.
    """
    if isinstance(recipe.optimizer, LBFGS) and not any(learnt_parameters(network)):
        raise DescriptionError(
            f"lbfgs has nothing to learn in {network}: none of its layers has weights; "
            "give it one that has, such as Dense."
        )
    for placed in network.walk() if recipe.batch_size == 1 else ():
        if isinstance(placed.layer, BatchNorm) and len(placed.input_shape) == 1:
            raise DescriptionError(
                f"{placed.name} takes mean and variance over the rows of a batch, and "
                "with batch_size=1 there is one; give batches of 8 or more, or "
                "LayerNorm."
            )


def check_outputs(network: Network, schema: Schema) -> None:
    """Make sure that the network gives as many numbers as the data ask for.

    Labels ask for numbers from 0 to 1, each by itself.

    Raises:
        DescriptionError: it gives more or fewer, or others.
    """
    units, needed = network.output_shape[0], schema.outputs
    if schema.has_labels and network.output_activation != "sigmoid":
        raise DescriptionError(
            f"{schema.name} has {needed} labels, of which a row may have several, and "
            f"the network ends in {network.output_activation}; end it in "
            f'Dense({needed}, "sigmoid") with the loss binary_cross_entropy.'
        )
    one_for_two = len(schema.classes) == 2 and units == 1
    if units == needed or (one_for_two and network.output_activation != "softmax"):
        return
    what = "classes" if schema.classes else "targets"
    raise DescriptionError(
        f"the network's last layer has the size {units}, {schema.name} has {needed} "
        f"{what}; "
        f'give it as many: Dense({needed}, "{output_for(schema)}").'
    )


def _check_part(name: str, part: Dataset, train: Dataset) -> None:
    if len(part) == 0:
        raise DataError(
            f"the {name} part has no rows; give it some, or None for no such part."
        )
    ours, theirs = (_kind(one.schema) for one in (train, part))
    if ours != theirs:
        raise DataError(
            f"the train part has {ours}, the {name} part {theirs}; make both from one "
            "data set with split(), so that they mean the same."
        )


def _check_weights(name: str, part: Dataset) -> None:
    if part.weights is not None and not part.weights.any():
        raise DataError(
            f"the {name} part weighs nothing: each of its {len(part):,} rows has the "
            "weight 0; give it rows that count, a larger share, or another seed."
        )


def _kind(schema: Schema) -> str:
    said = f"inputs {schema.input_shape}, {schema.outputs} outputs"
    if schema.classes:
        return f"{said}, classes {', '.join(schema.classes)}"
    return f"{said} that are labels" if schema.has_labels else said


def check_kinds(network: Network, recipe: Recipe) -> None:
    """Make sure that a network and a recipe were given.

    Raises:
        DescriptionError: something else was.
    """
    for given, kind, remedy in (
        (network, Network, 'Network([Dense(10, "softmax")])'),
        (recipe, Recipe, 'Recipe(optimizer="adam")'),
    ):
        if not isinstance(given, kind):
            raise DescriptionError(
                f"train() was given {given!r} as {kind.__name__.lower()}; give a "
                f"{kind.__name__}, as in {remedy}."
            )


def _check_task(loss: Loss, schema: Schema, recipe: Recipe) -> None:
    if schema.classes:
        return
    if loss.is_of_classes:
        raise DescriptionError(
            f"{loss.type} chooses between classes, {schema.name} has numbers as "
            f'targets; end the network in Dense({schema.outputs}, "identity") with '
            "the loss mse, or load the data with class names."
        )
    held = "labels" if schema.has_labels else "numbers"
    for what, watcher in (("stopping", recipe.stopping), ("schedule", recipe.schedule)):
        monitor = getattr(watcher, "monitor", "")
        if monitor.endswith("accuracy"):
            raise DescriptionError(
                f"{what} watches {monitor}, {schema.name} has {held} as targets and so "
                'no accuracy; watch "val_loss".'
            )


def _check_threshold(recipe: Recipe, parts: Parts) -> None:
    """Make sure that there are rows of both of two classes to choose a threshold on."""
    by, schema, judged = recipe.threshold, parts.train.schema, parts.validation
    if by is None:
        return
    if len(schema.classes) != 2:
        held = f"{len(schema.classes)} classes" if schema.classes else "no classes"
        raise DescriptionError(
            f"threshold={by!r}: a threshold tells two classes apart, {schema.name} has "
            f"{held}; leave it out."
        )
    if isinstance(by, float):
        return
    truth = np.empty(0) if judged is None else judged.targets
    if judged is not None and judged.weights is not None:
        truth = truth[judged.weights > 0]
    there = len(np.unique(truth))
    if there < 2:
        raise DataError(
            f"threshold={by!r} is chosen on rows for validation, of which there must "
            f"be some of both classes, and there are {len(truth)} rows of {there} "
            "classes; give a larger share for validation, or a number between 0 and 1."
        )


def _check_values(loss: Loss, parts: Parts) -> None:
    targets = parts.train.memory_targets[parts.train.rows]
    least, most = np.min(targets), np.max(targets)
    if isinstance(loss, Poisson) and least < 0:
        raise DataError(
            f"poisson needs counts as targets, the least of these is {least:g}; use "
            "the loss mse with an identity output."
        )
    if isinstance(loss, BinaryCrossEntropy) and (least < 0 or most > 1):
        raise DataError(
            f"binary_cross_entropy needs targets from 0 to 1, these run from "
            f"{least:g} to {most:g}; use the loss mse with an identity output, or "
            "scale the targets."
        )
