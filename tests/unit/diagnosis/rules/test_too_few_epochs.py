import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.recipe import Adam
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "too-few-epochs"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_training_that_was_cut_off_is_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity in ("error", "warning")
    assert finding.evidence.startswith("the best epoch was")
    assert "steps more bring the loss of validation rows" in finding.evidence


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "digits", "diabetes"])
def test_a_training_that_has_learnt_what_it_can_is_no_finding(name):
    assert found(CODE, usual(real(name, 0), epochs=150)) == []


def short(epochs=10):
    return usual(real("digits", 0), optimizer=Adam(0.0005), epochs=epochs)


def test_without_data_the_last_epochs_tell():
    (finding,) = found(CODE, trained(short(), with_data=False))
    assert "the last 2 lowered the loss by" in finding.evidence


@pytest.mark.parametrize("epochs", [4, 100])
def test_without_data_few_epochs_and_flat_ends_tell_nothing(epochs):
    assert found(CODE, trained(short(epochs), with_data=False)) == []


def test_a_training_that_stopped_early_is_no_finding():
    case = trained(usual(real("digits", 0), epochs=500))
    assert len(case.run.history) < 500
    assert found(CODE, case) == []


def test_a_run_that_diverged_had_no_few_epochs():
    case = trained(short())
    case.run.failure = "diverged in epoch 11: the loss is no finite number"
    assert found(CODE, case) == []


def test_more_epochs_cure_it():
    assert dict(cured(CODE, short()))["epochs=100"] == []
