import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis import check
from ranvier.network import Constant, Dense, Network, Normal
from tests.support.illnesses import usual

CODE = "initial-loss"


def findings(sick):
    found = check(sick.network, sick.data, sick.recipe, seconds=0)
    return [one for one in found.findings if one.code == CODE]


@pytest.mark.parametrize(("far", "severity"), [(2.5, "warning"), (50.0, "error")])
def test_targets_far_from_0_are_told(far, severity):
    rows = real("diabetes", 0)
    (finding,) = findings(usual(rows._replace(targets=rows.targets + far)))
    assert finding.severity == severity
    assert "one answer for all rows" in finding.evidence


def test_first_weights_that_are_too_large_are_told():
    layers = [Dense(32, "relu"), Dense(3, "softmax", initializer=Normal(20.0))]
    (finding,) = findings(usual(real("wine", 0))._replace(network=Network(layers)))
    assert finding.severity == "error"


def test_a_loss_that_is_no_number_is_an_error():
    huge = Constant(1e30)
    layers = [Dense(8, initializer=huge), Dense(3, "softmax", initializer=huge)]
    found = findings(usual(real("wine", 0))._replace(network=Network(layers)))
    assert [one.evidence for one in found] == [
        "the first weights give a loss that is no finite number"
    ]


@pytest.mark.parametrize("name", ["wine", "digits", "diabetes"])
def test_usual_first_weights_are_no_finding(name):
    found = findings(usual(real(name, 0)))
    assert [one for one in found if one.severity != "note"] == []


def test_smoothed_labels_count_from_what_they_leave():
    recipe = {"type": "cross_entropy", "label_smoothing": 0.2}
    assert findings(usual(real("wine", 0), loss=recipe)) == []
