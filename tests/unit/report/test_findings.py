import math

import pytest

from ranvier.diagnosis import Checked, Diagnosis, Finding, Treated, Verdict
from ranvier.diagnosis.treat import Step
from ranvier.report import checked, diagnosed, in_short, treated
from tests.support.screens import lines

DEAD = Finding("dead-units", "error", "dense_1", "half is dead", "a step", "go slower")
SMALL = Finding("few-rows", "note", "", "9 rows", "they are few", "get more")
SAID = Verdict("overfit", "val_loss rose", "curves")


def test_a_diagnosis_says_all_of_each_finding():
    assert lines(diagnosed(Diagnosis(SAID, (DEAD, SMALL)))) == [
        "verdict   overfit: val_loss rose",
        "rests on  the curves and the weights alone, without experiments",
        "",
        "error dead-units dense_1",
        "  evidence  half is dead",
        "  cause     a step",
        "  remedy    go slower",
        "",
        "note few-rows",
        "  evidence  9 rows",
        "  cause     they are few",
        "  remedy    get more",
    ]


def test_without_findings_that_is_said():
    assert lines(diagnosed(Diagnosis(SAID, ())))[-1] == "findings  none"


@pytest.mark.parametrize("basis", ["curves", "experiments"])
def test_it_is_said_what_a_verdict_rests_on(basis):
    said = Verdict("good fit", "all is well", basis)
    assert basis in lines(diagnosed(Diagnosis(said, ())))[1]


def test_what_is_said_of_several_layers_is_said_once():
    other = DEAD.__class__(**vars(DEAD) | {"where": "dense_2", "evidence": "all"})
    assert lines(diagnosed(Diagnosis(SAID, (DEAD, SMALL, other))))[3:9] == [
        "error dead-units",
        "  dense_1  half is dead",
        "  dense_2  all",
        "  cause    a step",
        "  remedy   go slower",
        "",
    ]


def test_in_short_a_finding_is_a_line():
    assert lines(in_short(Diagnosis(SAID, (DEAD, SMALL)))) == [
        "verdict             overfit: val_loss rose",
        "dead-units dense_1  error: half is dead; go slower",
        "few-rows            note: 9 rows; get more",
    ]


def test_in_short_the_worst_of_many_are_told():
    many = tuple(DEAD.__class__(**vars(DEAD) | {"where": f"d{n}"}) for n in range(8))
    told = lines(in_short(Diagnosis(SAID, many)))
    assert len(told) == 7
    assert told[-1].split(maxsplit=1)[1] == "3 findings more"


def test_words_of_the_data_are_shown_as_they_are():
    finding = Finding("code", "note", "[bold]a[/]", "[red]b", "c", "d")
    told = "".join(lines(diagnosed(Diagnosis(SAID, (finding,)))))
    assert "[bold]a[/]" in told
    assert "[red]b" in told


def test_a_check_says_what_passed_and_what_was_skipped():
    told = lines(checked(Checked((DEAD,), ("one-batch",), ("no-signal",), 0.5)))
    assert told[:5] == [
        "findings  1",
        "passed    one-batch",
        "skipped   no-signal",
        "",
        "error dead-units dense_1",
    ]


def test_a_check_without_findings_says_so():
    told = lines(checked(Checked((), ("one-batch", "no-signal"), (), 0.5)))
    assert told == ["findings  none", "passed    one-batch, no-signal"]


def test_the_way_to_health_is_told_in_shares():
    steps = (
        Step("diverged", "go slower", math.inf, 0.25, True),
        Step("dead-units", "leaky_relu", 0.25, 1.5, False),
    )
    assert lines(treated(Treated(None, steps, (SMALL,)))) == [
        "helped  go slower",
        "left    few-rows",
        "",
        "finding     change      left to learn  after",
        "diverged    go slower   broken         25.0%   kept",
        "dead-units  leaky_relu  25.0%          150.0%",
    ]
