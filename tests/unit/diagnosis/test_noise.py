import numpy as np
import pytest

from ranvier.diagnosis.noise import Noise, noise_of
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.reference import ReferenceEngine
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.training.portion import Portion


def constant(targets):
    """Return a network that is one bias, at 0, and rows with these targets."""
    network = Network([Dense(1)], (1,))
    inputs = np.zeros((len(targets), 1), np.float32)
    decode = Decode(np.ones(1, np.float32), np.zeros(1, np.float32))
    weights = {
        "dense_1.weight": np.zeros((1, 1), np.float32),
        "dense_1.bias": np.zeros(1, np.float32),
    }
    recipe = Recipe(loss="mse")
    program = ReferenceEngine().program(network, recipe, decode, weights)
    samples = Samples(inputs, np.asarray(targets, np.float32)[:, None])
    return program, Portion(samples, np.arange(len(targets), dtype=np.uint32))


def test_the_scale_is_scatter_over_signal():
    assert Noise(signal=2.0, scatter=6.0).scale == 3.0
    assert Noise(signal=0.0, scatter=6.0).scale == np.inf
    assert Noise(signal=-0.1, scatter=6.0).scale == np.inf


def test_the_scale_of_a_mean_is_its_variance_over_its_square():
    random = np.random.default_rng(0)
    program, part = constant(random.normal(2.0, 3.0, 4096))
    # a row's gradient is -2 y: its variance over its squared mean is (3 / 2)²
    noise = noise_of(program, part, seed=0)
    # 16 batches tell the variance within sqrt(2 / 15) of itself
    assert noise.scale == pytest.approx(2.25, rel=3 * np.sqrt(2 / 15))


def test_rows_that_agree_have_no_noise():
    noise = noise_of(*constant(np.full(64, 2.0)), seed=0)
    assert noise.signal == pytest.approx(16.0)
    assert noise.scale == pytest.approx(0.0, abs=1e-6)


def test_too_few_rows_tell_nothing():
    assert noise_of(*constant(np.ones(15)), seed=0) is None
