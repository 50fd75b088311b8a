import numpy as np
import pytest

from ranvier.engine.parameters import initial_parameters
from ranvier.errors import FileError
from ranvier.network import Dense, Network
from ranvier.training.checkpoint import (
    Checkpoint,
    read_checkpoint,
    read_weights,
    write_checkpoint,
    write_weights,
)
from ranvier.training.tensors import write_tensors

NETWORK = Network([Dense(3, "tanh"), Dense(2)], (4,))
WEIGHTS = initial_parameters(NETWORK, 0)
STATE = {"steps": np.array([9], np.int64), "dense_1.bias.m": np.ones(3, np.float32)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.safetensors"


def test_a_checkpoint_comes_back_to_the_last_bit(path):
    write_checkpoint(path, Checkpoint(7, WEIGHTS, STATE))
    epoch, parameters, state = read_checkpoint(path, NETWORK)
    assert epoch == 7
    np.testing.assert_equal(parameters, WEIGHTS)
    np.testing.assert_equal(state, STATE)
    assert state["steps"].dtype == np.int64


def test_weights_come_back_to_the_last_bit(path):
    write_weights(path, 4, WEIGHTS)
    np.testing.assert_equal(read_weights(path, 4, NETWORK), WEIGHTS)


def test_weights_come_back_in_the_order_of_the_network(path):
    write_weights(path, 4, dict(reversed(WEIGHTS.items())))
    assert list(read_weights(path, 4, NETWORK)) == list(WEIGHTS)


def test_weights_of_another_epoch_than_the_best_are_refused(path):
    write_weights(path, 4, WEIGHTS)
    with pytest.raises(FileError, match=r"weights of epoch 4, .* epoch 5 is the best"):
        read_weights(path, 5, NETWORK)


@pytest.mark.parametrize("epoch", ["", "-1", "1.0", "x", "²", "9" * 5000])
def test_a_checkpoint_that_does_not_say_its_epoch_is_refused(path, epoch):
    write_tensors(path, {"parameters.x": np.ones(1, np.float32)}, {"epoch": epoch})
    with pytest.raises(FileError, match="does not say of which epoch it is; restore"):
        read_checkpoint(path, NETWORK)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("dense_1.weight", np.ones((3, 4), np.float32)),
        ("dense_1.weight", np.full((4, 3), np.nan, np.float32)),
        ("dense_1.weight", np.ones((4, 3), np.int64)),
        ("dense_9.weight", np.ones((4, 3), np.float32)),
    ],
)
def test_weights_of_another_network_are_refused(path, name, array):
    write_weights(path, 1, WEIGHTS | {name: array})
    with pytest.raises(
        FileError, match=f"safetensors does not fit its network: .*{name}"
    ):
        read_weights(path, 1, NETWORK)


def test_a_state_that_is_not_finite_is_refused(path):
    broken = STATE | {"dense_1.bias.m": np.array([1, np.inf, 1], np.float32)}
    write_checkpoint(path, Checkpoint(7, WEIGHTS, broken))
    with pytest.raises(
        FileError, match=r"state\.dense_1\.bias\.m with values not finite; restore"
    ):
        read_checkpoint(path, NETWORK)
