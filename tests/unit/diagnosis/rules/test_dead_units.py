import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import Dense, Network
from ranvier.recipe import Adam
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "dead-units"


@pytest.mark.parametrize("planted", of(CODE))
@pytest.mark.parametrize("with_data", [True, False])
def test_the_layer_whose_units_died_is_named(planted, with_data):
    sick = planted.make(0)
    findings = found(CODE, trained(sick, with_data=with_data))
    assert sick.where in [finding.where for finding in findings]
    assert all("of its units give zero" in one.evidence for one in findings)


def dying(activation="relu"):
    sick = usual(real("digits", 0), optimizer=Adam(0.3), epochs=8)
    layers = [Dense(32, activation), Dense(32, activation), Dense(10, "softmax")]
    return sick._replace(network=Network(layers))


def test_how_the_share_grew_is_told():
    (finding, *_) = found(CODE, dying())
    assert "at the worst look, 0% at the first" in finding.evidence


@pytest.mark.parametrize("activation", ["leaky_relu", "tanh", "silu"])
def test_units_that_cannot_die_are_no_finding(activation):
    assert found(CODE, dying(activation)) == []


@pytest.mark.parametrize("name", ["iris", "wine", "digits", "diabetes"])
def test_living_units_are_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_a_lower_rate_and_leaky_relu_cure_it():
    changes = dict(cured(CODE, dying()))
    assert changes["leaky_relu in place of relu"] == []
    assert changes["learning_rate=0.03"] == []
