import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import Dense, Network
from ranvier.recipe import SGD
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "batch-too-small"


@pytest.mark.parametrize("planted", of(CODE))
def test_batches_that_step_by_chance_are_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity in ("error", "warning")
    assert "the noise scale is" in finding.evidence


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "diabetes"])
@pytest.mark.parametrize("size", [1, 8])
def test_small_batches_at_a_low_rate_are_no_finding(name, size):
    sick = usual(real(name, 0), optimizer=SGD(0.005), batch_size=size)
    assert found(CODE, sick) == []


def row_by_row(size=1):
    sick = usual(
        real("digits", 0),
        optimizer=SGD(0.05),
        batch_size=size,
        epochs=15,
        stopping=None,
    )
    layers = [Dense(32, "relu"), Dense(32, "relu"), Dense(10, "softmax")]
    return sick._replace(network=Network(layers))


def test_larger_batches_at_the_same_rate_are_no_finding():
    assert found(CODE, row_by_row(16)) == []


def test_without_data_nothing_is_said():
    assert found(CODE, trained(row_by_row(), with_data=False)) == []


def test_larger_batches_cure_it():
    assert dict(cured(CODE, row_by_row()))["batch_size=16"] == []
