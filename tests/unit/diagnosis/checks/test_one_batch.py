import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import Rows, real
from ranvier.diagnosis import check
from ranvier.network import Dense, Dropout, Network
from ranvier.recipe import SGD, Adam
from tests.support.illnesses import usual

CODE = "one-batch"


def findings(sick):
    found = check(sick.network, sick.data, sick.recipe, ignore=["no-signal"])
    return [one for one in found.findings if one.code == CODE]


@pytest.mark.parametrize("name", ["wine", "digits", "diabetes"])
def test_a_usual_network_learns_a_batch_by_heart(name):
    assert findings(usual(real(name, 0))) == []


def test_steps_that_are_far_too_small_are_an_error():
    (finding,) = findings(usual(real("digits", 0), optimizer=Adam(1e-8)))
    assert finding.severity == "error"
    assert "after 500 steps on the same 32 rows the loss is" in finding.evidence


def test_steps_that_are_far_too_large_are_an_error():
    sick = usual(real("diabetes", 0), optimizer=SGD(1e4))
    (finding,) = findings(sick)
    assert finding.evidence == "the numbers broke within 25 steps on 32 rows"


def test_a_network_that_is_too_small_is_a_warning():
    tiny = Network([Dense(1, "relu"), Dense(10, "softmax")])
    (finding,) = findings(
        usual(real("digits", 0), optimizer=Adam(0.01))._replace(network=tiny)
    )
    assert finding.severity == "warning"


def test_weights_that_all_start_alike_learn_nothing():
    layers = [Dense(32, "relu", initializer="zeros"), Dense(10, "softmax")]
    (finding,) = findings(usual(real("digits", 0))._replace(network=Network(layers)))
    assert finding.severity in ("error", "warning")


def test_dropout_and_penalties_are_left_out():
    layers = [Dense(32, "relu"), Dropout(0.9), Dense(10, "softmax")]
    sick = usual(real("digits", 0), penalty={"l2": 10.0})
    assert findings(sick._replace(network=Network(layers))) == []


def test_rows_that_are_all_alike_say_nothing():
    rows = Rows(np.ones((60, 3), np.float32), np.arange(60) % 2)
    assert findings(usual(rows)) == []
