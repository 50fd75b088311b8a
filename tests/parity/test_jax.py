"""The crash course agrees with one jitted scan over its steps in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.engine.choose import ENGINES, choose
from tests.parity.agreement import assert_weights_agree
from tests.parity.course import STEPS, crash_course


def mean_squared_error(weights, images, classes):
    hidden = jax.nn.sigmoid(
        images @ weights["dense_1.weight"] + weights["dense_1.bias"]
    )
    output = jax.nn.sigmoid(
        hidden @ weights["dense_2.weight"] + weights["dense_2.bias"]
    )
    return jnp.mean((output - jax.nn.one_hot(classes, 10)) ** 2)


@jax.jit
def trained(weights, images, classes, rate):
    """Take one plain step for each batch: images (steps, N, K), classes (steps, N)."""

    def step(weights, batch):
        gradients = jax.grad(mean_squared_error)(weights, *batch)
        return jax.tree.map(lambda w, g: w - rate * g, weights, gradients), None

    return jax.lax.scan(step, weights, (images, classes))[0]


@pytest.fixture(scope="module")
def setting():
    return crash_course()


@pytest.fixture(scope="module")
def expected(setting):
    rows = setting.rows.reshape(STEPS, setting.recipe.batch_size)
    scale, shift = setting.decode
    images = jnp.asarray(setting.samples.inputs[rows]) * scale + shift
    classes = jnp.asarray(setting.samples.targets[rows])
    weights = trained(setting.parameters, images, classes, setting.rate)
    return {name: np.asarray(array) for name, array in weights.items()}


@pytest.mark.parametrize("name", ENGINES)
def test_the_crash_course_agrees_after_a_thousand_steps(setting, expected, name):
    actual = setting.trained(choose(name).engine).parameters()
    assert_weights_agree(actual, expected, setting, np.float32)


def test_the_crash_course_has_learnt_something(setting, expected):
    initial = setting.parameters["dense_1.weight"]
    moved = np.abs(expected["dense_1.weight"] - initial).max()
    assert moved > 0.1
