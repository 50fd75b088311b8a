"""Trainings of every layer agree with PyTorch, step by step."""

import pytest

from ranvier.network import (
    BatchNorm,
    Conv1D,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    GlobalAveragePool,
    LayerNorm,
    MaxPool2D,
    Network,
    Residual,
)
from ranvier.recipe import Recipe
from tests.parity.modules import MODULES
from tests.parity.test_pytorch import assert_trainings_agree, every_engine
from tests.support.catalogue import NETWORKS
from tests.support.matching import steady
from tests.support.problems import problem_of

LENET = [
    *(Conv2D(4, 3, "tanh"), MaxPool2D(), Conv2D(6, 3, "tanh", padding="valid")),
    *(Flatten(), Dense(5, "prelu"), Dense(4, "softmax")),
]
RESNET = [
    *(Conv2D(4, 3, bias=False), BatchNorm("tanh")),
    Residual([Conv2D(4, 3), BatchNorm("tanh"), Conv2D(4, 3), BatchNorm()], "tanh"),
    *(GlobalAveragePool(), Dense(4, "softmax")),
]
SOUNDS = [
    *(Conv1D(6, 5, "tanh", stride=2), LayerNorm(), Conv1D(4, 3, "prelu", groups=2)),
    *(GlobalAveragePool(), Dense(4, "softmax")),
]
RATINGS = [Embedding((7, 5), 3), Dense(6, "tanh"), Dense(4, "softmax")]
WHOLE = {
    "lenet": Network(LENET, (9, 8)),
    "resnet": Network(RESNET, (6, 5, 2)),
    "sounds": Network(SOUNDS, (19, 2)),
    "ratings": Network(RATINGS, 5),
}


def setting_of(network, rows, optimizer="momentum"):
    setting = problem_of(network, Recipe(optimizer=optimizer, batch_size=8), rows=rows)
    return setting.with_optimizer(steady(optimizer, setting))


def is_known(network):
    return all(one.layer.type in {*MODULES, "residual"} for one in network.walk())


@every_engine
@pytest.mark.parametrize(
    "network",
    [one for one in NETWORKS if "alone" in one.id and is_known(one.values[0])],
)
def test_training_agrees_for_every_layer(network, name, dtype):
    assert_trainings_agree(setting_of(network, rows=36), name, dtype)


@every_engine
@pytest.mark.parametrize("optimizer", ["sgd", "nag", "adam", "adamw", "rmsprop"])
@pytest.mark.parametrize("whole", WHOLE)
def test_training_of_whole_networks_agrees(whole, optimizer, name, dtype):
    setting = setting_of(WHOLE[whole], 60, optimizer)
    assert_trainings_agree(setting, name, dtype)
