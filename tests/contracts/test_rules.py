"""What every rule and every check of diagnosis promises."""

import inspect
from pathlib import Path

import pytest

from benchmarks.diagnosis.planted import PLANTED
from ranvier.diagnosis import CHECKS, RULES
from ranvier.training.prepare import prepare
from tests.support.illnesses import found, of, trained

TEXTS = ("what", "why", "evidence", "remedy", "ignore", "source")
EVERY = {code: RULES[code] for code in RULES} | {code: CHECKS[code] for code in CHECKS}


@pytest.mark.parametrize("code", EVERY)
def test_a_rule_is_called_as_its_file(code):
    file = Path(inspect.getfile(EVERY[code])).stem
    assert EVERY[code].code == code == file.replace("_", "-")


@pytest.mark.parametrize("code", EVERY)
@pytest.mark.parametrize("text", TEXTS)
def test_a_rule_has_every_text_of_its_page(code, text):
    said = getattr(EVERY[code], text)
    assert len(said) > 10
    assert said.strip() == said
    assert "  " not in said


@pytest.mark.parametrize("code", EVERY)
@pytest.mark.parametrize("text", ["what", "evidence", "ignore"])
def test_what_stands_alone_is_a_sentence(code, text):
    said = getattr(EVERY[code], text)
    assert said[0].isupper()
    assert said.endswith(".")


@pytest.mark.parametrize("code", EVERY)
@pytest.mark.parametrize("text", ["why", "remedy"])
def test_what_stands_in_a_finding_is_a_clause(code, text):
    assert not getattr(EVERY[code], text).endswith(".")


def test_every_planted_fault_is_for_a_rule():
    assert {planted.code for planted in PLANTED} <= set(RULES)


@pytest.mark.parametrize("planted", of(*RULES, degree="severe"))
def test_a_severe_planted_fault_is_named(planted):
    sick = planted.make(1)
    said = found(planted.code, sick)
    assert [one.code for one in said] == [planted.code] * len(said)
    assert said
    assert any(sick.where in one.where for one in said)
    assert all(any(sign.isdigit() for sign in one.evidence) for one in said)


@pytest.mark.parametrize("code", RULES)
@pytest.mark.parametrize("degree", ["severe", "mild"])
def test_a_rule_has_faults_planted_in_two_sets_of_data(code, degree):
    planted = [one for one in PLANTED if (one.code, one.degree) == (code, degree)]
    assert len({one.data for one in planted}) >= 2


@pytest.mark.parametrize("planted", of(*RULES, degree="mild"))
def test_every_treatment_can_be_trained(planted):
    case = trained(planted.make(2))
    rule = RULES[planted.code]()
    for finding in rule.findings(case):
        for treatment in rule.treatments(case, finding):
            prepare(treatment.network, case.parts, treatment.recipe)
            assert treatment.change
