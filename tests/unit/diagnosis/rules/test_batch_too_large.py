import pytest

from benchmarks.diagnosis.planted.sets import real
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "batch-too-large"


@pytest.mark.parametrize("planted", of(CODE))
def test_batches_of_rows_that_say_the_same_are_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity in ("error", "warning")
    assert finding.evidence.startswith("in batches of")
    assert "the noise scale was" in finding.evidence


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "digits", "diabetes"])
@pytest.mark.parametrize("size", [16, 32])
def test_batches_of_the_usual_size_are_no_finding(name, size):
    assert found(CODE, usual(real(name, 0), batch_size=size, epochs=100)) == []


def test_all_rows_in_a_batch_are_no_finding_where_epochs_are_many():
    assert found(CODE, usual(real("wine", 0), batch_size=200, epochs=1000)) == []


def whole():
    return usual(real("digits", 0), batch_size=2000, epochs=20)


def test_without_data_nothing_is_said():
    assert found(CODE, trained(whole(), with_data=False)) == []


def test_smaller_batches_cure_it():
    assert dict(cured(CODE, whole()))["batch_size=42"] == []
