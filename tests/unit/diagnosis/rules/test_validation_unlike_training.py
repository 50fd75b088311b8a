import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import clouds, parted, real
from tests.support.illnesses import found, of, usual

CODE = "validation-unlike-training"


@pytest.mark.parametrize("planted", of(CODE))
def test_parts_from_different_places_are_named(planted):
    (first, *_) = found(CODE, planted.make(0))
    assert first.severity in ("warning", "error")
    assert "%" in first.evidence


@pytest.mark.parametrize(
    "name", ["iris", "wine", "breast_cancer", "digits", "diabetes"]
)
@pytest.mark.parametrize("seed", range(3))
def test_parts_drawn_at_random_are_alike(name, seed):
    assert found(CODE, usual(real(name, seed), epochs=1, seed=seed)) == []


def test_what_no_column_shows_a_line_may_tell():
    rows = clouds(0, 2400, columns=40, apart=0.5)
    rows.inputs[1600:] += 0.25 * np.sign(np.random.default_rng(0).normal(size=40))
    sick = usual(rows, epochs=1)._replace(data=parted(rows, 1600, 800))
    (finding,) = found(CODE, sick)
    assert finding.where == ""
    assert (
        "a linear model tells a validation row from a training row" in finding.evidence
    )


def test_targets_that_lie_elsewhere_are_named():
    rows = real("diabetes", 0)
    rows = rows._replace(inputs=np.random.default_rng(0).normal(size=(442, 4)))
    rows.targets[300:] += 2.0
    sick = usual(rows, epochs=1)._replace(data=parted(rows, 300, 142))
    (finding,) = found(CODE, sick)
    assert (finding.where, finding.severity) == ("targets", "error")
