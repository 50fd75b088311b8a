import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.network import Dense, Network
from ranvier.recipe import LBFGS, SGD
from tests.support.illnesses import cured, found, of, trained, usual

CODE = "loss-at-chance"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_network_that_knows_nothing_is_an_error(planted):
    (finding,) = found(CODE, planted.make(0))
    assert finding.severity == "error"
    assert "% of what separates perfect answers from chance" in finding.evidence


def dead(name="digits", **changes):
    sick = usual(real(name, 0), epochs=5, **changes)
    ill = Dense(8, "relu", initializer="zeros")
    return sick._replace(network=Network([ill, sick.network.layers[-1]]))


def test_values_are_compared_with_their_mean():
    (finding,) = found(CODE, dead("diabetes"))
    assert finding.severity == "error"


def test_without_data_equal_classes_are_taken():
    (finding,) = found(CODE, trained(dead(), with_data=False))
    assert finding.evidence.endswith(f"a loss of {np.log(10):.4g}")


def test_values_without_data_tell_nothing():
    assert found(CODE, trained(dead("diabetes"), with_data=False)) == []


def test_balanced_rows_are_compared_by_their_weights():
    rows = real("breast_cancer", 0)
    few = np.concatenate(
        [np.flatnonzero(rows.targets == 1), np.flatnonzero(rows.targets == 0)[:20]]
    )
    rows = rows.at(np.random.default_rng(0).permutation(few))
    assert found(CODE, usual(rows, class_weight="balanced")) == []


def test_a_network_sure_of_a_few_wrong_answers_is_not_at_chance():
    case = trained(usual(real("breast_cancer", 0), epochs=30))
    case.train.losses[case.train.right.argmin()] = 1e4
    assert case.train.loss > 10
    assert found(CODE, case) == []


@pytest.mark.parametrize("name", ["iris", "digits", "diabetes"])
def test_a_network_that_has_learnt_is_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_the_usual_start_cures_it():
    changes = dict(cured(CODE, dead(optimizer=SGD(0.1))))
    assert changes["the usual first weights"] == []


def test_lbfgs_has_no_rate_to_be_searched_for():
    changes = dict(cured(CODE, dead("iris", optimizer=LBFGS())))
    assert 'learning_rate="auto"' not in changes
