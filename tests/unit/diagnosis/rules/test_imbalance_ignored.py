from dataclasses import replace

import pytest

from benchmarks.diagnosis.planted.sets import real
from tests.support.illnesses import cured, found, of, usual

CODE = "imbalance-ignored"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_rare_class_without_answers_is_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.where == "class 1"
    assert "rows of 1 are right, of all" in finding.evidence
    assert finding.severity in ("error", "warning")


def test_classes_that_weigh_alike_are_no_finding():
    sick = of(CODE)[0].values[0].make(0)
    weighed = replace(sick.recipe, class_weight="balanced")
    assert found(CODE, sick._replace(recipe=weighed)) == []


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_even_classes_and_values_are_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_the_treatment_weighs_classes():
    sick = of(CODE)[0].values[0].make(0)
    assert dict(cured(CODE, sick)) == {'class_weight="balanced"': []}
