import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.recipe import SGD, Adam
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "learning-rate-too-high"


@pytest.mark.parametrize("planted", of(CODE))
def test_steps_that_are_too_long_are_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity in ("error", "warning")
    assert "bring the loss of validation rows to" in finding.evidence
    assert "train at a learning rate of" in finding.remedy


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "digits", "diabetes"])
def test_steps_that_suit_are_no_finding(name):
    assert found(CODE, usual(real(name, 0), epochs=100)) == []


def test_without_data_nothing_is_said():
    sick = usual(real("digits", 0), optimizer=Adam(1.0))
    assert found(CODE, trained(sick, with_data=False)) == []


def test_lbfgs_has_no_rate_that_is_too_high():
    assert found(CODE, usual(real("iris", 0), optimizer="lbfgs", epochs=2)) == []


def test_a_lower_rate_cures_it():
    changes = dict(cured(CODE, usual(real("digits", 0), optimizer=SGD(5.0))))
    assert changes["learning_rate=0.5"] == []
