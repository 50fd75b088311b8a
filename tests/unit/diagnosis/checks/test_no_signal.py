import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.diagnosis import check
from ranvier.network import Dense, Network
from ranvier.recipe import Poisson
from tests.support.illnesses import usual

CODE = "no-signal"


def findings(sick):
    found = check(sick.network, sick.data, sick.recipe, ignore=["one-batch"])
    return [one for one in found.findings if one.code == CODE]


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "digits", "diabetes"])
def test_real_data_teach_more_than_blank_ones(name):
    assert findings(usual(real(name, 0))) == []


@pytest.mark.parametrize("name", ["breast_cancer", "diabetes"])
def test_targets_that_were_mixed_up_are_told(name):
    rows = real(name, 0)
    mixed = np.random.default_rng(0).permutation(rows.targets)
    (finding,) = findings(usual(rows._replace(targets=mixed)))
    assert finding.severity == "warning"
    assert "the network does as well on" in finding.evidence


def test_inputs_that_do_not_come_through_are_an_error():
    layers = [Dense(16, "relu", initializer="zeros"), Dense(3, "softmax")]
    (finding,) = findings(usual(real("wine", 0))._replace(network=Network(layers)))
    assert finding.severity == "error"
    assert "with all inputs zero the network loses" in finding.evidence
    assert finding.cause == "the inputs do not come through the network"


def test_counts_are_judged_by_their_own_loss():
    rows = real("diabetes", 0)
    counts = np.round(np.exp(rows.targets)).astype(np.float32)
    sick = usual(rows._replace(targets=counts), loss=Poisson())
    network = Network([Dense(16, "relu"), Dense(1, "softplus")])
    assert findings(sick._replace(network=network)) == []
