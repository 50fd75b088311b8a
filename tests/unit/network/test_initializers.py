import dataclasses

import numpy as np
import pytest

from ranvier.engine.parameters import initial_parameters
from ranvier.errors import DescriptionError
from ranvier.network import (
    INITIALIZERS,
    Constant,
    Dense,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    Network,
    Normal,
    Orthogonal,
    Uniform,
    Zeros,
)
from ranvier.network.initializers import fans

DENSE, KERNEL = (300, 200), (5, 5, 8, 30)
SPREAD = [
    (Normal(0.3), DENSE, 0.3**2),
    (GlorotNormal(), DENSE, 2 / (300 + 200)),
    (GlorotNormal(), KERNEL, 2 / (25 * 8 + 25 * 30)),
    (HeNormal(), DENSE, 2 / 300),
    (HeNormal(), KERNEL, 2 / (25 * 8)),
    (LeCunNormal(), DENSE, 1 / 300),
    (LeCunNormal(), KERNEL, 1 / (25 * 8)),
]
EVEN = [
    (Uniform(0.3), DENSE, 0.3),
    (GlorotUniform(), DENSE, np.sqrt(6 / (300 + 200))),
    (GlorotUniform(), KERNEL, np.sqrt(6 / (25 * 8 + 25 * 30))),
    (HeUniform(), DENSE, np.sqrt(6 / 300)),
    (HeUniform(), KERNEL, np.sqrt(6 / (25 * 8))),
    (LeCunUniform(), DENSE, np.sqrt(3 / 300)),
    (LeCunUniform(), KERNEL, np.sqrt(3 / (25 * 8))),
]
every_initializer = pytest.mark.parametrize(
    "initializer",
    [INITIALIZERS[name]() for name in INITIALIZERS if name != "constant"]
    + [Constant(0.5)],
    ids=lambda one: one.type,
)
every_shape = pytest.mark.parametrize(
    "shape", [(1, 1), (784, 15), (15, 784), (3, 3, 4, 5), (5,)], ids=str
)


def random(seed=0):
    return np.random.Generator(np.random.Philox(seed))


@every_initializer
@every_shape
def test_draws_have_the_shape_asked_for(initializer, shape):
    drawn = initializer.draw(shape, random())
    assert drawn.shape == shape
    assert drawn.dtype == np.float64


@every_initializer
def test_the_same_seed_draws_the_same(initializer):
    draws = [initializer.draw((7, 5), random(3)) for _ in range(2)]
    np.testing.assert_array_equal(*draws)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((7, 5), (7, 5)), ((3, 2, 4, 5), (24, 30)), ((9, 4, 5), (36, 45)), ((5,), (1, 5))],
)
def test_fans_count_the_field_that_a_kernel_sees(shape, expected):
    assert fans(shape) == expected


def test_zeros_and_constants_are_what_they_say():
    assert not Zeros().draw((4,), random()).any()
    assert (Constant(-2).draw((4, 3), random()) == -2).all()


@pytest.mark.parametrize(("initializer", "shape", "limit"), EVEN)
def test_even_draws_fill_the_range_of_the_paper(initializer, shape, limit):
    drawn = initializer.draw(shape, random())
    assert np.abs(drawn).max() <= limit
    # n even draws leave gaps of about 2 limit / n at each end; n is 6,000 or more
    assert drawn.max() > 0.995 * limit
    assert drawn.min() < -0.995 * limit
    # the mean of n even draws has the standard error limit / sqrt(3 n)
    assert abs(drawn.mean()) < 4 * limit / np.sqrt(3 * drawn.size)


@pytest.mark.parametrize(("initializer", "shape", "variance"), SPREAD)
def test_normal_draws_have_the_variance_of_the_paper(initializer, shape, variance):
    drawn = initializer.draw(shape, random())
    # of n normal draws, the mean has the standard error d / sqrt(n), the variance
    # that of d² sqrt(2 / n)
    assert abs(drawn.mean()) < 4 * np.sqrt(variance / drawn.size)
    assert abs(drawn.var() - variance) < 4 * variance * np.sqrt(2 / drawn.size)
    # a share of 0.0027 of a normal distribution is beyond three deviations
    assert (np.abs(drawn) > 3 * np.sqrt(variance)).mean() > 0.001


@pytest.mark.parametrize("gain", [1.0, 1.4])
@pytest.mark.parametrize("shape", [(30, 20), (20, 20), (20, 30), (3, 3, 2, 7)], ids=str)
def test_orthogonal_draws_turn_without_stretching(shape, gain):
    flat = Orthogonal(gain).draw(shape, random()).reshape(-1, shape[-1])
    short = flat if flat.shape[0] <= flat.shape[1] else flat.T
    # sums of thirty products, each rounded
    np.testing.assert_allclose(
        short @ short.T, gain**2 * np.eye(len(short)), rtol=0, atol=1e-14
    )


def test_orthogonal_draws_favour_no_sign():
    draws = [Orthogonal().draw((3, 3), random(seed))[0, 0] for seed in range(100)]
    # each of 100 signs is even odds: four standard errors are 20
    assert 30 <= np.sum(np.array(draws) > 0) <= 70


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_are_registered_by_their_type(name):
    assert INITIALIZERS[name].type == name


@every_initializer
def test_an_initializer_may_be_described_or_given(initializer):
    described = {"type": initializer.type, **dataclasses.asdict(initializer)}
    assert Dense(3, initializer=described) == Dense(3, initializer=initializer)


@every_initializer
def test_networks_with_initializers_survive_json_and_toml(initializer):
    network = Network([Dense(3, initializer=initializer)], 2)
    assert Network.from_json(network.to_json()) == network
    assert Network.from_toml(network.to_toml()) == network


def test_an_initializer_may_be_named():
    assert Dense(3, initializer="zeros") == Dense(3, initializer=Zeros())


def test_the_initializer_given_draws_the_weights_and_leaves_the_biases():
    network = Network([Dense(3, "relu", initializer=Constant(0.5))], 2)
    drawn = initial_parameters(network, seed=0)
    assert (drawn["dense_1.weight"] == 0.5).all()
    assert not drawn["dense_1.bias"].any()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("he", "there is no initializer 'he'; .*known: zeros, constant, normal, unif"),
        (
            "constant",
            r"Constant\(\): value is missing; give it, as in",
        ),
        (5, "5 is no initializer; known: zeros"),
        (None, "None is no initializer; known: zeros"),
        (
            {"type": "normal", "deviation": 0},
            "deviation must be a positive number",
        ),
        ({"type": "uniform", "limit": -1}, 'got -1; for no spread, use "zeros" or Con'),
        (
            {"type": "orthogonal", "gain": "a"},
            "gain must be a positive number, got",
        ),
        ({"type": "orthogonal", "gain": 1e31}, r"gain must be at most 1e\+30"),
        ({"type": "zeros", "gain": 1}, "there is no option 'gain'; known: none"),
        ({"type": "constant", "value": 1e31}, r"value must be at most 1e\+30, got 1e"),
        (
            {"type": "constant", "value": -1e31},
            "value must be a number of at least",
        ),
    ],
)
def test_an_initializer_that_cannot_be_is_refused(given, message):
    with pytest.raises(DescriptionError, match=message):
        Dense(3, initializer=given)
