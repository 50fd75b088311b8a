import numpy as np
import pytest

from ranvier.network import INITIALIZERS
from ranvier.network.initializers import glorot_uniform, he_uniform, zeros

every_initializer = pytest.mark.parametrize("name", INITIALIZERS)


def random(seed=0):
    return np.random.Generator(np.random.Philox(seed))


@every_initializer
@pytest.mark.parametrize("shape", [(1, 1), (784, 15)])
def test_draws_have_the_shape_asked_for(name, shape):
    drawn = INITIALIZERS[name](shape, random())
    assert drawn.shape == shape
    assert drawn.dtype == np.float64


@every_initializer
def test_the_same_seed_draws_the_same(name):
    draws = [INITIALIZERS[name]((7, 5), random(3)) for _ in range(2)]
    np.testing.assert_array_equal(*draws)


def test_zeros_are_zero():
    assert not zeros((4,), random()).any()


@pytest.mark.parametrize(
    ("draw", "limit"),
    [(glorot_uniform, np.sqrt(6 / (300 + 200))), (he_uniform, np.sqrt(6 / 300))],
)
def test_draws_fill_the_range_of_the_paper(draw, limit):
    drawn = draw((300, 200), random())
    assert np.abs(drawn).max() <= limit
    # 60,000 even draws leave gaps of about limit / 30,000 at each end
    assert drawn.max() > 0.999 * limit
    assert drawn.min() < -0.999 * limit
    # the mean of n even draws has the standard error limit / sqrt(3 n)
    assert abs(drawn.mean()) < 4 * limit / np.sqrt(3 * drawn.size)
