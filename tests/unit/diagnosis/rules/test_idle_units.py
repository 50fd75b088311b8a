import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Penalty
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "idle-units"


@pytest.mark.parametrize("planted", of(CODE))
def test_units_that_do_nothing_are_counted(planted):
    sick = planted.make(0)
    (finding,) = found(CODE, sick)
    assert finding.where == sick.where
    assert (
        "of its 256 units" in finding.evidence or "of its 32 units" in finding.evidence
    )
    assert "without them" in finding.evidence
    assert finding.severity == "note"


@pytest.mark.parametrize("name", ["wine", "digits", "diabetes"])
def test_units_that_are_heard_are_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_a_network_that_has_learnt_nothing_has_no_idle_units():
    sick = usual(real("wine", 0), epochs=2)
    ill = Dense(8, "relu", initializer="zeros")
    sick = sick._replace(network=Network([ill, Dense(3, "softmax")]))
    assert found(CODE, sick) == []


def wide():
    penalty = Penalty(l1=0.01)
    return usual(
        real("digits", 0),
        optimizer=SGD(0.1),
        penalty=penalty,
        epochs=100,
        stopping=None,
    )


def test_without_data_nothing_is_said():
    assert found(CODE, trained(wide(), with_data=False)) == []


def test_a_smaller_layer_is_the_treatment():
    ((change, _),) = cured(CODE, wide())
    assert change.endswith(" units in dense_1")
