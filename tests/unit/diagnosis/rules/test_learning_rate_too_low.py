import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.recipe import SGD, Adam
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "learning-rate-too-low"


@pytest.mark.parametrize("planted", of(CODE))
def test_steps_that_are_too_short_are_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity in ("error", "warning")
    assert "steps at" in finding.evidence
    assert "at the run's" in finding.evidence


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "digits", "diabetes"])
def test_steps_that_suit_are_no_finding(name):
    assert found(CODE, usual(real(name, 0), epochs=150)) == []


def test_without_data_nothing_is_said():
    sick = usual(real("digits", 0), optimizer=Adam(1e-6), epochs=3)
    assert found(CODE, trained(sick, with_data=False)) == []


def test_a_searched_rate_cures_it():
    changes = dict(cured(CODE, usual(real("digits", 0), optimizer=SGD(1e-4))))
    assert changes['learning_rate="auto"'] == []
    assert changes["learning_rate=0.1"] == []
