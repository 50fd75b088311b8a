import pytest

from benchmarks.diagnosis.planted.sets import parted, real
from ranvier.diagnosis import RULES
from tests.support.illnesses import found, of, trained, usual

CODE = "noisy-validation"


@pytest.mark.parametrize("planted", of(CODE))
def test_too_few_validation_rows_are_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.where == "validation"
    assert finding.severity == {"severe": "warning", "mild": "note"}[planted.degree]
    assert "by chance up to" in finding.evidence


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "diabetes"])
def test_a_quarter_of_some_hundred_rows_is_enough(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_without_validation_rows_nothing_is_said():
    assert found(CODE, usual(real("wine", 0), validation=0.0)) == []


def test_the_treatment_sets_more_rows_aside():
    rows = real("wine", 0)
    sick = usual(rows, validation=0.05)._replace(data=parted(rows, 172, 6))
    case = trained(sick)
    (treatment,) = RULES[CODE]().treatments(case, found(CODE, case)[0])
    assert treatment.recipe.validation == 0.3
