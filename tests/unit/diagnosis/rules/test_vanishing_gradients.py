import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import BatchNorm, Dense, Network, Residual
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "vanishing-gradients"


@pytest.mark.parametrize("planted", of(CODE))
@pytest.mark.parametrize("with_data", [True, False])
def test_the_layer_that_hears_least_is_named(planted, with_data):
    sick = planted.make(0)
    (finding,) = found(CODE, trained(sick, with_data=with_data))
    assert finding.where == sick.where == "dense_1"
    assert finding.severity in ("error", "warning")
    assert "of the output layer's gradient comes back to it" in finding.evidence


def deep(*layers, epochs=10):
    sick = usual(real("wine", 0), epochs=epochs)
    return sick._replace(network=Network([*layers, Dense(3, "softmax")]))


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [Dense(24, "sigmoid")],
        [Dense(24, "sigmoid")] * 2,
        [Dense(24, "tanh")] * 4,
        [Dense(24, "relu")] * 8,
        [Dense(24, "silu")] * 3,
        [Dense(24, bias=False), BatchNorm("relu")] * 4,
        [Residual([Dense(24, "relu"), Dense(13)])] * 6,
    ],
    ids=lambda layers: f"{len(layers)}-{layers[0].type if layers else 'none'}",
)
def test_networks_through_which_it_passes_are_no_finding(layers):
    assert found(CODE, deep(*layers)) == []


def test_other_layers_that_hear_little_are_counted():
    (finding,) = found(CODE, deep(*[Dense(24, "sigmoid")] * 8))
    assert "to 5 more layers" in finding.evidence


def test_other_activations_cure_it():
    changes = dict(cured(CODE, deep(*[Dense(24, "sigmoid")] * 6)))
    assert changes["silu, with the usual first weights"] == []
    assert changes["batch_norm and silu in hidden layers"] == []
