import numpy as np
import pytest

from ranvier.diagnosis.idle import readings
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.parameters import initial_parameters
from ranvier.engine.reference import ReferenceEngine
from ranvier.network import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LayerNorm,
    MaxPool2D,
    Network,
    Residual,
)
from ranvier.recipe import Recipe
from ranvier.training.portion import Portion


def made(layers, shape=(4,), rows=50):
    network = Network([*layers, Dense(3, "softmax")], shape)
    size = int(np.prod(shape))
    random = np.random.default_rng(0)
    x = random.normal(size=(rows, size)).astype(np.float32)
    y = random.integers(0, 3, rows).astype(np.int32)
    part = Portion(Samples(x, y), np.arange(rows, dtype=np.uint32))
    decode = Decode(np.ones(size, np.float32), np.zeros(size, np.float32))
    return network, decode, initial_parameters(network, 0), part


def predicted(network, decode, arrays, part):
    program = ReferenceEngine().program(network, Recipe(), decode, arrays)
    return program.predict(part.samples.inputs)


def pairs(layers, shape=(4,)):
    return [(one.layer, one.reader) for one in readings(*made(layers, shape))]


def test_each_layer_is_read_by_the_next_with_weights():
    layers = [Dense(5, "relu"), BatchNorm(), Dropout(0.2), Dense(6, "tanh")]
    assert pairs(layers) == [("dense_1", "dense_2"), ("dense_2", "dense_3")]


def test_filters_are_read_through_pools_and_rows():
    layers = [Conv2D(4, 3, "relu"), MaxPool2D(), Conv2D(5, 3), Flatten()]
    assert pairs(layers, (8, 8)) == [("conv2d_1", "conv2d_2"), ("conv2d_2", "dense_1")]


@pytest.mark.parametrize("mixing", [LayerNorm(), Residual([Dense(5)])])
def test_what_mixes_units_is_not_looked_through(mixing):
    assert pairs([Dense(5, "relu"), mixing]) == []


@pytest.mark.parametrize(
    ("layers", "shape", "units"),
    [
        ([Dense(6, "relu")], (4,), 6),
        ([Conv2D(4, 3, "relu"), Flatten()], (6, 6), 4),
        ([Conv2D(4, 3, "relu"), Conv2D(5, 3), Flatten()], (6, 6), 4),
    ],
)
def test_units_whose_weights_are_0_move_nothing(layers, shape, units):
    network, decode, arrays, part = made(layers, shape)
    name = next(iter(arrays))
    arrays[name][..., 1] = 0
    moves = readings(network, decode, arrays, part)[0].moves
    assert moves.shape == (units,)
    assert (np.flatnonzero(moves == 0)).tolist() == [1]


def test_how_far_a_unit_moves_is_its_deviation_times_its_weights():
    network, decode, arrays, part = made([Dense(6, "tanh")])
    (reading,) = readings(network, decode, arrays, part)
    a = np.tanh(part.samples.inputs @ arrays["dense_1.weight"])
    lengths = np.linalg.norm(arrays["dense_2.weight"], axis=1)
    np.testing.assert_allclose(reading.moves, a.std(axis=0) * lengths, rtol=1e-5)


@pytest.mark.parametrize(
    ("layers", "shape"),
    [([Dense(6, "tanh")], (4,)), ([Conv2D(4, 3, "tanh"), Flatten()], (6, 6))],
)
def test_without_units_that_are_constant_the_answers_stay(layers, shape):
    network, decode, arrays, part = made(layers, shape)
    weight, bias, *_ = arrays
    arrays[weight][..., 2] = 0
    arrays[bias][2] = 1.5
    (reading,) = readings(network, decode, arrays, part)
    idle = np.arange(len(reading.moves)) == 2
    cut = reading.without(idle, arrays)
    before = predicted(network, decode, arrays, part)
    np.testing.assert_allclose(predicted(network, decode, cut, part), before, atol=1e-6)


def test_without_a_unit_that_speaks_its_mean_is_left():
    network, decode, arrays, part = made([Dense(6, "tanh")])
    (reading,) = readings(network, decode, arrays, part)
    idle = np.arange(6) == 0
    cut = reading.without(idle, arrays)
    assert not cut["dense_2.weight"][0].any()
    a = np.tanh(part.samples.inputs @ arrays["dense_1.weight"])[:, 0]
    moved = cut["dense_2.bias"] - arrays["dense_2.bias"]
    expected = a.mean() * arrays["dense_2.weight"][0]
    np.testing.assert_allclose(moved, expected, rtol=1e-4)
