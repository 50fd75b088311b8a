import pytest

from benchmarks.diagnosis.planted.sets import network, real, recipe
from benchmarks.diagnosis.planted.sick import Sick
from ranvier.recipe import SGD, Adam, Huber
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "learning-rate-at-edge"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_search_that_met_the_end_of_its_range_is_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity in ("error", "warning")
    assert "100, the highest tried" in finding.evidence


@pytest.mark.parametrize("name", ["wine", "digits", "diabetes"])
@pytest.mark.parametrize("optimizer", [SGD("auto"), Adam("auto")])
def test_a_search_that_found_its_rate_is_no_finding(name, optimizer):
    assert found(CODE, usual(real(name, 0), optimizer=optimizer, epochs=20)) == []


def tiny(optimizer, **changes):
    rows = real("diabetes", 0)
    small = recipe(0, loss=Huber(1e-5), optimizer=optimizer, epochs=20, **changes)
    return Sick(network(rows, 32), small, rows.data())


def test_a_rate_that_no_search_suggests_is_no_finding():
    assert found(CODE, tiny(SGD(25.0))) == []


def test_a_rate_in_the_middle_is_not_searched_for_again():
    assert found(CODE, tiny(SGD(0.1))) == []


def test_without_data_nothing_is_said():
    assert found(CODE, trained(tiny(SGD("auto")), with_data=False)) == []


def test_a_loss_of_the_usual_scale_cures_it():
    assert dict(cured(CODE, tiny(SGD("auto"))))["the usual huber"] == []
