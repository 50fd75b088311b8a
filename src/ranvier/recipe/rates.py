"""rates: the learning rate of every step of an epoch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import DescriptionError
from ranvier.recipe.recipe import Recipe
from ranvier.recipe.schedules import Numbers, ReduceOnPlateau
from ranvier.recipe.stopping import Judged


def rates(
    recipe: Recipe, epoch: int, steps_per_epoch: int, history: Sequence[Judged]
) -> NDArray[np.float32]:
    """Return the learning rates (steps_per_epoch,) of `epoch`, the first being 1.

    history: the epochs before. The same arguments give the same bits.

    The warm-up is linear: its step i of W takes i / W of the learning rate (Goyal et
    al. 2017, section 2.2). The schedule runs over the steps after it.

    Raises:
        DescriptionError: the learning rate is still to be found.

    >>> rates(Recipe(schedule="cosine", epochs=1), 1, 2, []).tolist()
    [0.0010000000474974513, 0.0005000000237487257]
    """
    if recipe.optimizer.learning_rate == "auto":
        raise DescriptionError(
            f'the learning rate of {recipe.optimizer.type} is "auto", which only '
            "ranvier.train() can read; give the number that it found."
        )
    total = recipe.epochs * steps_per_epoch
    warm = round(recipe.warmup * total)
    steps = np.arange(steps_per_epoch) + float((epoch - 1) * steps_per_epoch)
    shares: Numbers = recipe.schedule.shares(
        np.maximum(steps - warm, 0), total - warm, steps_per_epoch
    )
    if isinstance(recipe.schedule, ReduceOnPlateau):
        shares *= recipe.schedule.factor ** recipe.schedule.plateaus(history)
    if warm:
        shares = np.where(steps < warm, (steps + 1) / warm * shares, shares)
    scaled: NDArray[np.float32] = (recipe.optimizer.learning_rate * shares).astype(
        np.float32
    )
    return scaled


def mean_rate(learning_rates: NDArray[np.float32]) -> float:
    """Return the mean of float32 rates, in the fewest digits that tell it.

    >>> mean_rate(np.array([0.1, 0.1, 0.1], np.float32))
    0.1
    """
    return float(str(np.float32(learning_rates.mean(dtype=np.float64))))
