"""weighting: weights of rows and classes → weights of the rows to learn from."""

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Schema
from ranvier.errors import DescriptionError, shown, suggest
from ranvier.recipe import Recipe


def row_weights(train: Dataset, recipe: Recipe) -> NDArray[np.float32] | None:
    """Return a weight for each row in the memory of `train`; None if all weigh 1.

    The weights of classes multiply those of the data's rows. "balanced" weighs a class
    N / (C n): N rows, C classes among them, n rows of this class, each counted by its
    own weight (King and Zeng 2001, as in scikit-learn).
    """
    if recipe.class_weight is None:
        return train.memory_weights
    weights = np.ones(len(train.schema.classes))
    if recipe.class_weight == "balanced":
        counts = np.bincount(train.targets, train.weights, len(weights))
        there = counts > 0
        weights[there] = counts.sum() / (there.sum() * counts[there])
    else:
        for name, weight in recipe.class_weight:
            weights[train.schema.classes.index(name)] = weight
    of_rows: NDArray[np.float32] = weights.astype(np.float32)[train.memory_targets]
    own = train.memory_weights
    return of_rows if own is None else of_rows * own


def check_class_weight(recipe: Recipe, schema: Schema) -> None:
    """Make sure that the classes that a recipe weighs are those of the data.

    Raises:
        DescriptionError: they are not, or the data have numbers as targets.
    """
    if recipe.class_weight is None:
        return
    if not schema.classes:
        held = "labels" if schema.has_labels else "numbers"
        raise DescriptionError(
            f"class_weight={shown(recipe.class_weight)}: {schema.name} has {held} as "
            "targets and no classes; leave class_weight out."
        )
    pairs = () if recipe.class_weight == "balanced" else recipe.class_weight
    for name, _ in pairs:
        if name not in schema.classes:
            raise DescriptionError(
                f"class_weight names {name!r}, which is no class of {schema.name}; "
                f"{suggest(name, schema.classes)}known: "
                f"{', '.join(schema.classes[:20])}."
            )
