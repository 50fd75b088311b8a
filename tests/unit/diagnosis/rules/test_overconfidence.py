import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import Dense, Network
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "overconfidence"


@pytest.mark.parametrize("planted", of(CODE))
def test_answers_surer_than_right_are_named(planted):
    (finding,) = found(CODE, planted.make(0))
    assert "sure on average" in finding.evidence
    assert "best temperature" in finding.evidence


def test_one_sigmoid_unit_is_read_as_two_classes():
    sick = of(CODE)[2].values[0].make(0)
    network = Network([*sick.network.layers[:-1], Dense(1, "sigmoid")])
    (finding,) = found(CODE, sick._replace(network=network))
    assert finding.severity in ("error", "warning")


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "digits", "diabetes"])
def test_a_network_that_fits_is_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_too_few_rows_say_nothing():
    case = trained(usual(real("iris", 0), validation=0.15))
    assert found(CODE, case) == []


def test_weights_pulled_to_0_are_as_sure_as_right():
    sick = of(CODE)[0].values[0].make(0)
    changes = dict(cured(CODE, sick))
    assert changes["weights pulled to 0"] == []
    assert list(changes)[-1] == "label_smoothing=0.1"
