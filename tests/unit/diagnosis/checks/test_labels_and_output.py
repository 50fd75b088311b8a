import numpy as np

from benchmarks.diagnosis.planted.sets import real
from ranvier.data import from_arrays
from ranvier.diagnosis import check
from ranvier.network import Dense, Network
from tests.support.illnesses import usual
from tests.support.people import RECIPE, spenders

CODE = "labels-and-output"


def findings(network, data, recipe):
    found = check(network, data, recipe, seconds=0)
    return [one for one in found.findings if one.code == CODE]


def test_targets_that_the_output_cannot_reach_are_an_error():
    sick = usual(real("diabetes", 0), loss="mse")
    network = Network([Dense(8, "relu"), Dense(1, "relu")])
    (finding,) = findings(network, sick.data, sick.recipe)
    assert finding.severity == "error"
    assert "outside 0 to inf, all that relu can give" in finding.evidence
    assert finding.remedy.startswith("end the network in identity")


def test_targets_of_a_table_are_looked_at_as_they_are_learnt():
    network = Network([Dense(8, "silu"), Dense(1, "sigmoid")])
    recipe = RECIPE.from_dict(RECIPE.to_dict() | {"loss": "mse"})
    (finding,) = findings(network, spenders(), recipe)
    assert "once it is standardized" in finding.evidence


def test_a_class_without_a_row_to_learn_from_is_named():
    inputs = np.random.default_rng(0).normal(size=(60, 3))
    data = from_arrays(inputs, np.arange(60) % 2, classes=["no", "yes", "maybe"])
    network = Network([Dense(3, "softmax")])
    (finding,) = findings(network, data, usual(real("wine", 0)).recipe)
    assert (finding.severity, finding.where) == ("warning", "class maybe")


def test_data_that_fit_are_no_finding():
    network = Network([Dense(8, "silu"), Dense(1)])
    assert findings(network, spenders(), RECIPE) == []
