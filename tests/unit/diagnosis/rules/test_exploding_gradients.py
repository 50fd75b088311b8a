import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import BatchNorm, Dense, Network, Normal
from ranvier.recipe import SGD, Clip
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "exploding-gradients"


@pytest.mark.parametrize("planted", of(CODE))
@pytest.mark.parametrize("with_data", [True, False])
def test_the_layer_that_hears_most_is_named(planted, with_data):
    sick = planted.make(0)
    (finding,) = found(CODE, trained(sick, with_data=with_data))
    assert finding.where == sick.where == "dense_1"
    assert finding.severity in ("error", "warning")
    assert "times the output layer's gradient came back to it" in finding.evidence


def deep(*layers):
    sick = usual(
        real("wine", 0), epochs=10, optimizer=SGD(0.01), clip=Clip(global_norm=1.0)
    )
    return sick._replace(network=Network([*layers, Dense(3, "softmax")]))


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [Dense(24, "relu")],
        [Dense(24, "tanh")] * 4,
        [Dense(24, "relu")] * 8,
        [Dense(24, bias=False), BatchNorm("relu")] * 3,
    ],
    ids=lambda layers: f"{len(layers)}-{layers[0].type if layers else 'none'}",
)
def test_networks_through_which_it_passes_are_no_finding(layers):
    assert found(CODE, deep(*layers)) == []


def test_the_usual_start_cures_it():
    loud = Dense(24, "relu", initializer=Normal(1.0))
    changes = dict(cured(CODE, deep(*[loud] * 6)))
    assert changes["the usual first weights"] == []
    assert changes["batch_norm in hidden layers"] == []
