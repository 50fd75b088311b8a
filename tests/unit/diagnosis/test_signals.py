import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis.signals import looks_of
from ranvier.network import Dense, Network, Residual
from tests.support.illnesses import trained, usual


def looks(*layers, **options):
    sick = usual(real("iris", 0), epochs=4)
    network = Network([*layers, Dense(3, "softmax")])
    return looks_of(trained(sick._replace(network=network), **options))


def test_hidden_layers_are_looked_at_first_and_after_epochs_1_2_4():
    seen = looks(Dense(8, "tanh"), Dense(8, "tanh"))
    assert seen.hidden == ["dense_1", "dense_2"]
    assert [len(seen.shares[name]) for name in seen.hidden] == [4, 4]


def test_layers_within_residuals_are_hidden_too():
    assert looks(Residual([Dense(4, "relu"), Dense(4)])).hidden == [
        "residual_1.dense_1",
        "residual_1.dense_2",
    ]


def test_without_data_the_looks_of_the_training_are_left():
    seen = looks(Dense(8, "tanh"), with_data=False)
    assert len(seen.shares["dense_1"]) == 3


def test_a_network_of_one_layer_has_nothing_hidden():
    assert looks().hidden == []


@pytest.mark.parametrize("activation", ["relu", "tanh", "silu"])
def test_the_usual_start_keeps_the_signal(activation):
    seen = looks(*[Dense(32, activation)] * 3)
    assert all(0.3 < share < 3 for name in seen.hidden for share in seen.shares[name])


def test_what_is_usual_is_the_median_and_the_most_the_largest():
    seen = looks(Dense(8, "tanh"))._replace(shares={"dense_1": [1.0, 9.0, 2.0]})
    assert (seen.usual("dense_1"), seen.most("dense_1")) == (2.0, 9.0)
