"""weighting: weights of rows, classes and labels → what is learnt from, weighed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Schema
from ranvier.errors import DescriptionError, shown, suggest
from ranvier.recipe import Recipe
from ranvier.training.portion import Portion, portion

Weights = NDArray[np.float32]


def weighed(train: Dataset, recipe: Recipe, at_once: int = 1) -> Portion:
    """Return the rows to learn from, as engines want them, with what each counts.

    at_once: how many are learnt from at the same time, and share the room for blocks.
    """
    learnt = portion(train, row_weights(train, recipe), at_once)
    of_labels = label_weights(train, recipe)
    return learnt._replace(samples=learnt.samples._replace(label_weights=of_labels))


def row_weights(train: Dataset, recipe: Recipe) -> Weights | None:
    """Return a weight for each row in the memory of `train`; None if all weigh 1.

    The weights of classes multiply those of the data's rows. "balanced" weighs a class
    N / (C n): N rows, C classes among them, n rows of this class, each counted by its
    own weight (King and Zeng 2001, as in scikit-learn).
    """
    if recipe.class_weight is None or train.schema.has_labels:
        return train.memory_weights
    weights = np.ones(len(train.schema.classes))
    if recipe.class_weight == "balanced":
        counts = np.bincount(train.targets, train.weights, len(weights))
        weights = _balanced(counts)
    else:
        for name, weight in recipe.class_weight:
            weights[train.schema.classes.index(name)] = weight
    of_rows: Weights = weights.astype(np.float32)[train.memory_targets]
    own = train.memory_weights
    return of_rows if own is None else of_rows * own


def label_weights(train: Dataset, recipe: Recipe) -> Weights | None:
    """Return what no and then yes weigh in each label, (2, M); None if all weigh 1.

    A weight that is given is that of yes. "balanced" weighs no and yes of each label as
    the two classes that they are, by the rule for classes.
    """
    if recipe.class_weight is None or not train.schema.has_labels:
        return None
    weights = np.ones((2, train.schema.outputs))
    if recipe.class_weight == "balanced":
        for place, answers in enumerate(train.targets.T):
            counts = np.bincount(answers.astype(np.intp), train.weights, 2)
            weights[:, place] = _balanced(counts)
    else:
        for name, weight in recipe.class_weight:
            weights[1, train.schema.answers.index(name)] = weight
    return weights.astype(np.float32)


def _balanced(counts: NDArray[Any]) -> NDArray[np.float64]:
    weights, there = np.ones(len(counts)), counts > 0
    weights[there] = counts.sum() / (there.sum() * counts[there])
    return weights


def check_class_weight(recipe: Recipe, schema: Schema, loss: str) -> None:
    """Make sure that the classes or labels that a recipe weighs are those of the data.

    loss: the name of the one to be learnt by; labels are weighed in one alone.

    Raises:
        DescriptionError: they are not, the data have numbers as targets, or the loss
            does not ask for labels.
    """
    if recipe.class_weight is None:
        return
    if schema.task == "regression":
        raise DescriptionError(
            f"class_weight={shown(recipe.class_weight)}: {schema.name} has numbers as "
            "targets and no classes; leave class_weight out."
        )
    if schema.has_labels and loss != "binary_cross_entropy":
        raise DescriptionError(
            f"class_weight={shown(recipe.class_weight)}: labels are weighed in "
            f"binary_cross_entropy, and the loss is {loss}; leave one of the two out."
        )
    known = schema.answers if schema.has_labels else schema.classes
    kind = "label" if schema.has_labels else "class"
    pairs = () if recipe.class_weight == "balanced" else recipe.class_weight
    for name, _ in pairs:
        if name not in known:
            raise DescriptionError(
                f"class_weight names {name!r}, which is no {kind} of {schema.name}; "
                f"{suggest(name, known)}known: {', '.join(known[:20])}."
            )
