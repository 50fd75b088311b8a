from dataclasses import replace

import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import clouds, parted, real
from ranvier.data import TimeSplit, from_frame
from tests.support.illnesses import found, of, usual
from tests.support.people import RECIPE, VALUES, people

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


def test_parts_that_are_to_differ_are_told_less_loudly():
    data = from_frame(people(600).drop("bought").sort("spent"), "spent")
    sick = usual(real("wine", 0))._replace(
        network=VALUES, recipe=replace(RECIPE, split=TimeSplit("day")), data=data
    )
    assert found(CODE, sick) == []
    by_age = replace(RECIPE, split=TimeSplit("age"))
    filled = from_frame(people(600).drop("bought").drop_nulls(), "spent")
    (finding,) = found(CODE, sick._replace(recipe=by_age, data=filled))
    assert (finding.where, finding.severity) == ("targets", "warning")
