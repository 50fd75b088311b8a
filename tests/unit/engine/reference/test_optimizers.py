import numpy as np
import pytest

from ranvier.engine.reference.optimizers import OPTIMIZERS
from ranvier.recipe import NAG, SGD, Adagrad, Adam, Momentum, RMSprop
from ranvier.recipe import OPTIMIZERS as DESCRIBED

W, RATE = 1.0, 0.5
GRADIENTS = (2.0, -1.0)


def two_steps(optimizer):
    """Return the weight after each of two steps with GRADIENTS, from W."""
    update, slots = OPTIMIZERS[optimizer.type]
    w, memory, ways = np.array(W), [np.array(0.0)] * len(slots), []
    for step, gradient in enumerate(GRADIENTS, start=1):
        w, *memory = update(optimizer, RATE, step, w, np.array(gradient), *memory)
        ways.append(float(w))
    return ways


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (SGD(), [1 - 0.5 * 2, 0 + 0.5 * 1]),
        # v = 2, then 0.9 * 2 - 1 = 0.8
        (Momentum(momentum=0.9), [1 - 0.5 * 2, 0 - 0.5 * 0.8]),
        # steps of 2 + 0.9 * 2, then -1 + 0.9 * 0.8
        (NAG(momentum=0.9), [1 - 0.5 * 3.8, -0.9 + 0.5 * 0.28]),
        # s = 4, then 5
        (Adagrad(epsilon=1e-30), [0.5, 0.5 + 0.5 / np.sqrt(5)]),
        # s = 2, then 0.5 * 2 + 0.5 * 1 = 1.5
        (
            RMSprop(decay=0.5, epsilon=1e-30),
            [1 - 1 / np.sqrt(2), 1 - 1 / np.sqrt(2) + 0.5 / np.sqrt(1.5)],
        ),
        # m = 1, v = 1, freed: 2, 4; then m = 0, v = 1
        (Adam(beta_1=0.5, beta_2=0.75, epsilon=1e-30), [0.5, 0.5]),
        # epsilon is added outside of the root
        (Adagrad(epsilon=2.0), [1 - 0.5 * 2 / 4, 0.75 + 0.5 / (np.sqrt(5) + 2)]),
    ],
    ids=lambda one: getattr(one, "type", ""),
)
def test_two_steps_are_those_of_the_formula(optimizer, expected):
    np.testing.assert_allclose(two_steps(optimizer), expected, rtol=1e-14)


def test_every_optimizer_that_is_described_is_computed():
    assert set(OPTIMIZERS) == set(DESCRIBED)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_zero_gradient_moves_nothing_at_first(name):
    update, slots = OPTIMIZERS[name]
    zero = np.zeros(3)
    new, *memory = update(
        DESCRIBED[name](), RATE, 1, np.ones(3), zero, *[zero] * len(slots)
    )
    np.testing.assert_array_equal(new, 1)
    assert not np.any(memory)
