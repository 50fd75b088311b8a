import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import parted, real
from ranvier.data import from_arrays
from ranvier.network import Dense, Network
from tests.support.illnesses import found, of, usual

CODE = "dead-inputs"


@pytest.mark.parametrize("planted", of(CODE))
def test_columns_that_never_change_are_named(planted):
    (first, *_) = found(CODE, planted.make(0))
    assert first.severity == {"severe": "error", "mild": "warning"}[planted.degree]
    assert "columns are the same in every training row: column" in first.evidence


def test_a_single_dead_column_is_a_note_with_its_name():
    rows = real("wine", 0)
    rows.inputs[:, 4] = 2.5
    (finding,) = found(CODE, usual(rows))
    assert (finding.severity, finding.where) == ("note", "column 4")


def test_columns_that_change_are_no_finding():
    assert found(CODE, usual(real("wine", 0))) == []


def test_margins_of_pictures_are_no_finding():
    random = np.random.default_rng(0)
    images = np.zeros((90, 8, 8), np.uint8)
    images[:, 1:-1, 1:-1] = random.integers(0, 255, (90, 6, 6))
    sick = usual(real("wine", 0))
    data = from_arrays(images, np.arange(90) % 3)
    assert found(CODE, sick._replace(data=data)) == []


def test_a_column_that_changes_in_validation_rows_alone_is_named():
    rows = real("breast_cancer", 0)
    rows.inputs[:400, 3] = 1.0
    sick = usual(rows)._replace(data=parted(rows, 400, 100))
    said = {one.where: one for one in found(CODE, sick) if one.severity == "warning"}
    assert "does in 100% of validation rows" in said["column 3"].evidence


def test_a_network_that_says_the_same_of_every_row_is_an_error():
    layers = [Dense(8, "relu", initializer="zeros"), Dense(3, "softmax")]
    sick = usual(real("wine", 0), epochs=1)._replace(network=Network(layers))
    (finding,) = found(CODE, sick)
    assert finding.severity == "error"
    assert "the same output for each of 134 training rows" in finding.evidence
