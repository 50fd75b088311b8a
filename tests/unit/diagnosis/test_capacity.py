import pytest

from ranvier.diagnosis.capacity import (
    deepened,
    widened,
    with_decay,
    with_dropout,
    without_bounds,
    without_noise,
)
from ranvier.network import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Network,
    Residual,
)
from ranvier.recipe import SGD, AdamW, Penalty, Recipe

NETWORK = Network([Dense(8, "relu"), Dropout(0.2), Dense(6, "tanh"), Dense(3)])


def test_filters_are_scaled_as_units_are():
    network = Network([Conv2D(4, 3), Flatten(), Dense(10)], (8, 8))
    assert widened(network, 2).layers[0].filters == 8
    assert widened(network, 0.01).layers[0].filters == 1
    assert widened(network, 2).output == Dense(10)


@pytest.mark.parametrize(
    "layer", [Residual([Dense(4, "relu"), Dense(8)]), Conv2D(4, 3, groups=2)]
)
def test_widths_that_hang_together_stay(layer):
    network = Network([layer, Dense(3)])
    assert widened(network, 2) == network


def test_a_new_layer_is_as_wide_as_the_last():
    assert deepened(NETWORK).layers[-2] == Dense(6, "relu")


def test_dropout_stands_behind_each_hidden_layer():
    types = [layer.type for layer in with_dropout(NETWORK, 0.5).layers]
    assert types == ["dense", "dropout", "dense", "dropout", "dense"]
    assert with_dropout(NETWORK, 0.5).layers[1].rate == 0.5


def test_noise_is_taken_out():
    assert len(without_noise(NETWORK).layers) == 3


def test_weights_are_pulled_as_the_optimizer_can():
    assert with_decay(Recipe(optimizer=AdamW(0.01)), 0.2).optimizer == AdamW(
        0.01, weight_decay=0.2
    )
    assert with_decay(Recipe(optimizer=SGD()), 0.2).penalty == Penalty(l2=0.002)


def test_nothing_holds_weights_back():
    held = Recipe(optimizer=AdamW(weight_decay=0.3), penalty=Penalty(l1=0.1))
    free = without_bounds(held)
    assert (free.optimizer.weight_decay, free.penalty) == (0.0, Penalty())


@pytest.mark.parametrize(
    "end", [Residual([Dense(4, "relu"), Dense(8)]), GlobalAveragePool()]
)
def test_what_ends_in_no_dense_layer_is_not_deepened(end):
    network = Network([Dense(8, "relu"), end])
    assert deepened(network) == network
