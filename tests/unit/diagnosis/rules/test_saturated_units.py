import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import Dense, Network, Normal
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "saturated-units"


@pytest.mark.parametrize("planted", of(CODE))
def test_the_layer_that_is_flat_is_named(planted):
    sick = planted.make(0)
    findings = found(CODE, sick)
    assert sick.where in [finding.where for finding in findings]
    assert all("(row, unit) pairs are flat" in one.evidence for one in findings)


def bent(activation, size, *more):
    sick = usual(real("wine", 0), epochs=5)
    flat = Dense(24, activation, initializer=Normal(size))
    return sick._replace(network=Network([flat, *more, Dense(3, "softmax")]))


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "hard_sigmoid"])
def test_what_was_flat_before_the_first_step_is_told(activation):
    (finding,) = found(CODE, bent(activation, 30.0))
    assert finding.severity == "warning"
    assert "% before the first step" in finding.evidence


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "hard_sigmoid"])
def test_units_around_zero_are_no_finding(activation):
    assert found(CODE, bent(activation, 0.2)) == []


@pytest.mark.parametrize("activation", ["relu", "silu", "identity"])
def test_what_cannot_saturate_is_no_finding(activation):
    assert found(CODE, bent(activation, 30.0)) == []


def test_outputs_that_are_sure_are_no_finding():
    rows = real("breast_cancer", 0)
    sick = usual(rows, epochs=200, stopping=None)
    network = Network([Dense(32, "relu"), Dense(1, "sigmoid")])
    case = trained(sick._replace(network=network))
    assert case.states["dense_2"].saturated > 0.4
    assert found(CODE, case) == []


def test_without_data_nothing_is_said():
    assert found(CODE, trained(bent("tanh", 30.0), with_data=False)) == []


def test_the_usual_start_and_silu_cure_it():
    changes = dict(cured(CODE, bent("tanh", 30.0)))
    assert changes["the usual first weights"] == []
    assert changes["silu, with the usual first weights"] == []
