from dataclasses import replace

import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import Rows, real
from ranvier.data import from_arrays
from ranvier.diagnosis import CHECKS, check
from ranvier.errors import DataError, DescriptionError
from ranvier.network import Dense, Network
from ranvier.recipe import LBFGS, SGD, Recipe
from tests.support.illnesses import usual
from tests.support.people import NETWORK, RECIPE, shoppers

TRIALS = {"one-batch", "no-signal"}
WINE = usual(real("wine", 0))


def codes(network, data=WINE.data, recipe=WINE.recipe, **options):
    found = check(network, data, recipe, **options)
    return [(one.severity, one.code) for one in found.findings]


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_a_sound_design_passes_every_check(name):
    found = check(*_design(usual(real(name, 0))))
    assert [one for one in found.findings if one.severity != "note"] == []
    assert found.skipped == ()


def _design(sick):
    return sick.network, sick.data, sick.recipe


def test_a_table_passes_every_check():
    found = check(NETWORK, shoppers(), RECIPE)
    assert (found.errors, found.skipped) == ((), ())


def test_without_a_network_the_one_that_suits_is_checked():
    assert check(None, WINE.data).errors == ()


def test_without_seconds_nothing_is_trained():
    found = check(*_design(WINE), seconds=0)
    assert set(found.skipped) == TRIALS
    assert set(found.passed) == set(CHECKS) - TRIALS


def test_checks_can_be_passed_over():
    tiny = usual(
        Rows((real("digits", 0).inputs > 8).astype(np.uint8), real("digits", 0).targets)
    )
    ignored = check(*_design(tiny), seconds=0, ignore=["unscaled-inputs"])
    assert ignored.errors == ()
    assert "unscaled-inputs" not in ignored.passed


def test_an_unknown_code_is_refused():
    with pytest.raises(DescriptionError, match="no check 'one-bacth'; did you mean"):
        check(*_design(WINE), ignore=["one-bacth"])


def test_what_is_no_design_is_refused():
    with pytest.raises(DescriptionError, match="given 'wine' as network"):
        check("wine", WINE.data)
    with pytest.raises(DataError, match="given str as data"):
        check(WINE.network, "wine")


def test_a_loss_and_an_output_that_train_refuses_are_findings():
    network = Network([Dense(8, "relu"), Dense(4, "sigmoid")])
    found = check(network, WINE.data, Recipe(loss="cross_entropy"))
    said = {one.code: one for one in found.errors}
    assert set(said) == {"loss-and-output", "labels-and-output"}
    assert (
        "needs an output layer with activation softmax"
        in said["loss-and-output"].evidence
    )
    assert said["loss-and-output"].remedy.startswith("change the output layer to")
    assert "has the size 4" in said["labels-and-output"].evidence
    assert "initial-loss" in found.skipped


def test_what_else_train_refuses_is_a_finding():
    recipe = replace(WINE.recipe, class_weight={"yes": 2.0})
    assert codes(WINE.network, recipe=recipe) == [("error", "does-not-fit")]


def test_a_network_for_other_inputs_is_a_finding():
    network = Network([Dense(3, "softmax")], (5,))
    (finding,) = check(network, WINE.data, WINE.recipe).findings
    assert finding.code == "does-not-fit"
    assert "the network takes inputs of shape (5,)" in finding.evidence


def test_members_are_checked_as_one():
    assert codes(WINE.network, recipe=replace(WINE.recipe, members=3)) == []


def test_lbfgs_is_checked_too():
    recipe = replace(WINE.recipe, optimizer=LBFGS(), epochs=5)
    assert codes(WINE.network, recipe=recipe) == []


@pytest.mark.parametrize("data", [WINE.data, shoppers()], ids=["arrays", "table"])
def test_of_many_rows_some_are_looked_at(data):
    network = NETWORK if data.schema.is_table else WINE.network
    assert check(network, data, WINE.recipe, most_rows=100).errors == ()


def test_weights_of_rows_stay_with_the_rows_that_are_drawn():
    data = shoppers().with_weights(np.arange(200) % 2)
    assert check(NETWORK, data, RECIPE, most_rows=60, seconds=0).errors == ()


def test_a_check_is_plain_values():
    document = check(*_design(WINE), seconds=0).to_dict()
    assert document["findings"] == []
    assert document["passed"][0] == "does-not-fit"
    assert document["skipped"] == ["one-batch", "no-signal"]
    assert document["seconds"] < 5


def test_values_of_any_size_take_no_more_than_the_time():
    data = from_arrays(
        np.random.default_rng(0).normal(size=(3000, 60)), np.arange(3000) % 10
    )
    network = Network([Dense(256, "relu"), Dense(256, "relu"), Dense(10, "softmax")])
    assert check(network, data, Recipe(), seconds=1.0).seconds < 4


def test_what_there_was_no_time_for_is_skipped():
    data = from_arrays(
        np.random.default_rng(0).normal(size=(400, 40)), np.arange(400) % 10
    )
    wide = Network([Dense(2000, "tanh"), Dense(2000, "tanh"), Dense(10, "softmax")])
    found = check(wide, data, Recipe(optimizer=SGD(1e-6)), seconds=0.3)
    assert "one-batch" in found.skipped
