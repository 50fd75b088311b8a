"""course: the crash course's network and recipe, on its first thousand batches."""

import numpy as np

from ranvier.data import epoch_order, load
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.parameters import initial_parameters
from ranvier.recipe import read_recipe
from tests.support.problems import Problem

STEPS = 1000


def crash_course() -> Problem:
    """Return the course's problem with as many digits as the steps use."""
    recipe, network = read_recipe("crash-course")
    network = network.with_input((28, 28))
    count = STEPS * recipe.batch_size
    digits = load("digits").train.take(np.arange(count, dtype=np.uint32))
    images, classes = digits.inputs, digits.targets
    return Problem(
        network,
        recipe,
        Decode(np.full(784, 1 / 255, np.float32), np.zeros(784, np.float32)),
        initial_parameters(network, recipe.seed),
        Samples(images.reshape(count, 784), classes),
        epoch_order(np.arange(count, dtype=np.uint32), recipe.seed, epoch=1),
        rate=recipe.optimizer.learning_rate,
    )
