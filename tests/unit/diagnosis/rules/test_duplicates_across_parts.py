import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import Rows, real
from tests.support.illnesses import found, of, usual

CODE = "duplicates-across-parts"


@pytest.mark.parametrize("planted", of(CODE))
def test_rows_in_both_parts_are_counted(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.where == "validation"
    assert "validation rows are among the training rows too" in finding.evidence


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_a_few_twins_are_no_finding(name):
    assert found(CODE, usual(real(name, 0), epochs=1)) == []


def test_the_test_part_is_looked_at_too():
    rows = real("wine", 0)
    twice = rows.at(np.tile(np.arange(178), 2))
    said = found(CODE, usual(twice, epochs=1, test=0.2))
    assert [one.where for one in said] == ["validation", "test"]


def test_rows_of_a_few_categories_are_alike_by_nature():
    random = np.random.default_rng(0)
    inputs = random.integers(0, 3, (300, 3)).astype(np.float32)
    rows = Rows(inputs, inputs[:, 0].astype(int))
    assert found(CODE, usual(rows, epochs=1)) == []


def test_the_same_inputs_with_another_target_are_another_row():
    rows = real("diabetes", 0)
    twice = rows.at(np.tile(np.arange(442), 2))
    apart = twice._replace(targets=twice.targets + np.arange(884))
    assert found(CODE, usual(apart, epochs=1)) == []


def test_a_few_different_pictures_are_alike_by_nature():
    bars = np.eye(12, dtype=np.float32)[np.arange(240) % 12]
    rows = Rows(np.repeat(bars, 4, axis=1), np.arange(240) % 2)
    assert found(CODE, usual(rows, epochs=1)) == []
