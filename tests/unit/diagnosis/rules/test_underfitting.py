import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis import RULES
from ranvier.network import Dense, Network, Residual
from ranvier.recipe import Penalty
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "underfitting"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_network_behind_simple_methods_is_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert "not having seen them, would have" in finding.evidence
    if planted.degree == "severe":
        assert finding.severity in ("error", "warning")


def test_values_are_compared_by_their_loss():
    sick = usual(real("diabetes", 0), penalty=Penalty(l2=5.0))
    (finding,) = found(CODE, sick)
    assert "on its own training rows the network loses" in finding.evidence


@pytest.mark.parametrize(
    "name", ["iris", "wine", "breast_cancer", "digits", "diabetes"]
)
def test_a_network_that_fits_is_no_finding(name):
    assert found(CODE, usual(real(name, 0), epochs=100)) == []


def test_without_data_nothing_is_said():
    one = Network([Dense(1, "tanh"), Dense(10, "softmax")])
    sick = usual(real("digits", 0))._replace(network=one)
    assert found(CODE, trained(sick, with_data=False)) == []


def test_more_units_cure_a_network_of_one():
    one = Network([Dense(1, "tanh"), Dense(10, "softmax")])
    sick = usual(real("digits", 0))._replace(network=one)
    changes = dict(cured(CODE, sick))
    assert changes["one more hidden layer"] == []


def test_fewer_penalties_cure_weights_held_at_0():
    changes = dict(cured(CODE, usual(real("digits", 0), penalty=Penalty(l2=3.0))))
    assert changes["no penalties and no dropout"] == []


def test_a_network_that_ends_in_a_residual_is_freed_and_trained_longer():
    branch = Residual([Dense(1, "tanh"), Dense(10)])
    network = Network([Dense(10, "tanh"), branch])
    sick = usual(real("digits", 0), epochs=1, loss="mse")._replace(network=network)
    case = trained(sick)
    (finding,) = found(CODE, case)
    changes = [one.change for one in RULES[CODE]().treatments(case, finding)]
    assert changes == ["epochs=4"]
