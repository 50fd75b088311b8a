import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis import CHECKS, check
from ranvier.network import Dense, Network
from tests.support.illnesses import trained, usual

CODE = "loss-and-output"


def findings(sick):
    found = check(sick.network, sick.data, sick.recipe, seconds=0)
    return [one for one in found.findings if one.code == CODE]


def test_one_softmax_unit_is_an_error():
    sick = usual(real("diabetes", 0), loss="mse")
    network = Network([Dense(8, "relu"), Dense(1, "softmax")])
    (finding,) = findings(sick._replace(network=network))
    assert finding.severity == "error"
    assert "gives 1 for every row" in finding.evidence


@pytest.mark.parametrize(
    ("activation", "severity"),
    [("softmax", "warning"), ("identity", "warning"), ("sigmoid", "note")],
)
def test_squared_errors_of_classes_are_told(activation, severity):
    sick = usual(real("wine", 0), loss="mse")
    network = Network([Dense(8, "relu"), Dense(3, activation)])
    (finding,) = findings(sick._replace(network=network))
    assert finding.severity == severity
    assert finding.evidence == f"the loss mse judges classes, given by {activation}"


def test_usual_pairs_are_no_finding():
    assert findings(usual(real("wine", 0))) == []
    assert findings(usual(real("diabetes", 0))) == []


def test_the_treatment_ends_in_softmax():
    sick = usual(real("wine", 0), loss="mse", epochs=1)
    network = Network([Dense(8, "relu"), Dense(3)])
    case = trained(sick._replace(network=network))
    rule = CHECKS[CODE]()
    (finding,) = rule.findings(case)
    (treatment,) = rule.treatments(case, finding)
    assert treatment.network.output == Dense(3, "softmax")
    assert treatment.recipe.loss.type == "cross_entropy"
    assert np.isfinite(trained(sick._replace(network=treatment.network)).train.loss)
