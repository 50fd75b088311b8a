import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.recipe import Adam
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "too-many-epochs"


@pytest.mark.parametrize("planted", of(CODE))
@pytest.mark.parametrize("with_data", [True, False])
def test_epochs_long_after_the_best_are_a_note(planted, with_data):
    (finding,) = found(CODE, trained(planted.make(0), with_data=with_data))
    assert finding.severity == "note"
    assert finding.evidence.startswith("the best of ")
    assert finding.remedy.endswith("would have been enough")


@pytest.mark.parametrize("name", ["wine", "digits", "diabetes"])
def test_a_training_that_stops_early_is_no_finding(name):
    assert found(CODE, usual(real(name, 0), epochs=200)) == []


def test_an_early_stop_cures_it():
    rate = Adam(0.02)
    sick = usual(real("diabetes", 0), optimizer=rate, epochs=100, stopping=None)
    assert dict(cured(CODE, sick)) == {"stopping=EarlyStopping(patience=5)": []}
