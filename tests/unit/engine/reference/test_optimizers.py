import dataclasses

import numpy as np
import pytest

from ranvier.engine.reference.optimizers import OPTIMIZERS, orthogonal
from ranvier.recipe import (
    NAG,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    Muon,
    NAdamW,
    RMSprop,
    ScheduleFree,
)
from ranvier.recipe import OPTIMIZERS as DESCRIBED

W, RATE = 1.0, 0.5
GRADIENTS = (2.0, -1.0)


def begun(name, size):
    """Return the update of an optimizer, and its memory before any step."""
    computed = OPTIMIZERS[name]
    return computed.update, [np.zeros(size)] * len(computed.slots + computed.shared)


def two_steps(optimizer):
    """Return the weight after each of two steps with GRADIENTS, from W."""
    update, memory = begun(optimizer.type, ())
    w, ways = np.array(W), []
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
        # s = 2, step sqrt(1) / sqrt(3) * 2, u = 2/3; then s = 1.5, step by
        # sqrt(5/3) / sqrt(2.5) = sqrt(2/3)
        (
            Adadelta(decay=0.5, epsilon=1.0),
            [1 - 1 / np.sqrt(3), 1 - 1 / np.sqrt(3) + 0.5 * np.sqrt(2 / 3)],
        ),
        # as Adam, after the weight has shrunk to 0.9 of itself
        (
            AdamW(beta_1=0.5, beta_2=0.75, epsilon=1e-30, weight_decay=0.2),
            [0.9 - 0.5, 0.9 * 0.4],
        ),
        # means 0.5 * 1 / 0.75 + 0.5 * 2 / 0.5 = 8/3 over 2; then m = 0 and
        # 0.5 * -1 / 0.75 = -2/3 over sqrt(1 / 0.4375)
        (
            NAdamW(beta_1=0.5, beta_2=0.75, epsilon=1e-30, weight_decay=0.0),
            [1 - 0.5 * 4 / 3, 1 - 2 / 3 + 0.5 * 2 / 3 * np.sqrt(0.4375)],
        ),
        # v = 3, then 0.25 * 3 + 0.75 = 1.5: the larger is 3
        (
            AMSGrad(beta_1=0.0, beta_2=0.25, epsilon=1e-30),
            [0.5, 0.5 + 0.5 / np.sqrt(3 / 0.9375)],
        ),
        # the sign of 1, then that of 0.5 * 0.5 - 0.5 * 1; both after shrinking by 0.1
        (Lion(beta_1=0.5, beta_2=0.75, weight_decay=0.2), [0.4, 0.4 * 0.9 + 0.5]),
        # z and x go to 1 - 0.5 * (2 / 2 + 0.2); then z = 0.4 - 0.5 * (-s + 0.2 * 0.4)
        # with s = sqrt(0.4375), and x goes half of the way to it
        (
            ScheduleFree(beta_1=0.5, beta_2=0.75, epsilon=1e-30, weight_decay=0.2),
            [0.4, 0.4 + 0.5 * (0.5 * np.sqrt(0.4375) - 0.04)],
        ),
        # epsilon is added outside of the root
        (Adagrad(epsilon=2.0), [1 - 0.5 * 2 / 4, 0.75 + 0.5 / (np.sqrt(5) + 2)]),
    ],
    ids=lambda one: getattr(one, "type", ""),
)
def test_two_steps_are_those_of_the_formula(optimizer, expected):
    np.testing.assert_allclose(two_steps(optimizer), expected, rtol=1e-14)


def test_every_optimizer_that_is_described_is_computed():
    # lbfgs works with the program of any engine
    assert {*OPTIMIZERS, "lbfgs"} == set(DESCRIBED)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_zero_gradient_moves_nothing_at_first(name):
    update, memory = begun(name, 3)
    plain = {"weight_decay": 0.0} if name in {"adamw", "nadamw", "muon"} else {}
    described, count = DESCRIBED[name](**plain), len(OPTIMIZERS[name].slots)
    new, *memory = update(described, RATE, 1, np.ones(3), np.zeros(3), *memory)
    np.testing.assert_array_equal(new, 1)
    assert not np.any(memory[:count])


@pytest.mark.parametrize("shape", [(5, 5), (3, 8), (8, 3), (1, 4), (4, 1)], ids=str)
def test_an_orthogonal_matrix_keeps_its_directions_and_levels_their_lengths(shape):
    matrix = np.random.default_rng(0).normal(size=shape)
    u, sizes, v = np.linalg.svd(matrix, full_matrices=False)
    assert sizes.min() > sizes.max() / 20
    levelled = u.T @ orthogonal(matrix) @ v.T
    # what the coefficients leave of one: Jordan et al. 2024 name 0.7 to 1.2
    assert np.all((np.diag(levelled) > 0.67) & (np.diag(levelled) < 1.21))
    np.testing.assert_allclose(levelled, np.diag(np.diag(levelled)), atol=1e-12)


def test_orthogonal_nothing_is_nothing():
    assert not orthogonal(np.zeros((2, 3))).any()


@pytest.mark.parametrize(
    ("scale", "shape", "factor"),
    [
        ("original", (3, 12), 2.0),
        ("original", (12, 3), 1.0),
        ("match_rms_adamw", (4, 25), 1.0),
        ("match_rms_adamw", (25, 4), 1.0),
        ("original", (2, 2, 3, 48), 2.0),
    ],
    ids=str,
)
def test_muon_steps_along_the_mean_that_is_next_made_orthogonal(scale, shape, factor):
    o = Muon(momentum=0.75, weight_decay=0.5, scale=scale)
    update, _ = begun("muon", ())
    random = np.random.default_rng(0)
    w, m = random.normal(size=shape), np.zeros(shape)
    for step in (1, 2):
        g = random.normal(size=shape)
        mean = 0.75 * m + 0.25 * g
        ahead = (0.75 * mean + 0.25 * g).reshape(-1, shape[-1])
        expected = 0.95 * w - 0.1 * factor * orthogonal(ahead).reshape(shape)
        w, m = update(o, 0.1, step, w, g, m)
        np.testing.assert_allclose(w, expected, rtol=1e-13)
        np.testing.assert_allclose(m, mean, rtol=1e-13)


def test_schedule_free_weighs_each_step_by_the_largest_rate_so_far():
    update, memory = begun("schedule_free", 1)
    o = ScheduleFree(beta_1=0.9, beta_2=0.0, epsilon=1e-30)
    x, z, mean, whole = np.ones(1), 1.0, 0.0, 0.0
    for step, rate in enumerate([0.1, 0.3, 0.2, 0.0], start=1):
        x, *memory = update(o, rate, step, x, np.ones(1), *memory)
        z -= rate  # g / sqrt(v) is 1
        weight = {1: 0.1}.get(step, 0.3) ** 2
        mean, whole = mean + weight * z, whole + weight
        np.testing.assert_allclose(x, mean / whole, rtol=1e-14)
        np.testing.assert_allclose(x + memory[0], z, rtol=1e-14)


def test_schedule_free_looks_from_between_the_mean_and_the_last_step():
    place = OPTIMIZERS["schedule_free"].place
    y = place(ScheduleFree(beta_1=0.75), np.ones(1), np.full(1, 0.8))
    np.testing.assert_allclose(y, 0.75 * 1 + 0.25 * 1.8, rtol=1e-15)


@pytest.mark.parametrize("name", ["adamw", "nadamw", "lion", "muon", "schedule_free"])
def test_weights_decay_by_their_share_of_the_rate_alone(name):
    update, memory = begun(name, 3)
    optimizer, count = DESCRIBED[name](weight_decay=0.3), len(OPTIMIZERS[name].slots)
    new, *memory = update(optimizer, RATE, 1, np.ones(3), np.zeros(3), *memory)
    np.testing.assert_allclose(new, 1 - RATE * 0.3, rtol=1e-15)
    assert not np.any(memory[:count])


def descended(name, gradient, start, steps, rate):
    update, memory = begun(name, len(start))
    fields = {field.name for field in dataclasses.fields(DESCRIBED[name])}
    options = {"weight_decay": 0.0} if "weight_decay" in fields else {}
    described, w = DESCRIBED[name](**options), np.array(start)
    for step in range(1, steps + 1):
        # the rate falls to zero, so that what steps by the sign comes to rest
        now = rate * (1 - step / steps)
        g = gradient(OPTIMIZERS[name].place(described, w, *memory))
        w, *memory = update(described, now, step, w, g, *memory)
    return w


def bowl(w):
    """Return the gradient of (w - c)² with curvatures 1 and 10, c = (1, -2)."""
    return np.array([1.0, 10.0]) * (w - np.array([1.0, -2.0]))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_reaches_the_bottom_of_a_bowl(name):
    rates = {"adagrad": 1.0, "adadelta": 30.0, "schedule_free": 0.1}
    rate = rates.get(name, 0.02)
    bottom = descended(name, bowl, [0.0, 0.0], 2000, rate)
    np.testing.assert_allclose(bottom, [1, -2], rtol=0, atol=1e-3)


def valley(w):
    """Return the gradient of Rosenbrock's (1 - x)² + 100 (y - x²)²."""
    x, y = w
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_walks_through_the_valley_of_rosenbrock(name):
    rates = {"sgd": 1e-3, "momentum": 1e-4, "nag": 1e-4}
    rate = rates.get(name, {"adagrad": 0.5, "adadelta": 3.0}.get(name, 0.01))
    end = descended(name, valley, [-1.2, 1.0], 20_000, rate)
    np.testing.assert_allclose(end, [1, 1], rtol=0, atol=0.05)
