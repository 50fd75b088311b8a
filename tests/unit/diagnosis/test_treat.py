import math

import pytest

from benchmarks.diagnosis.planted import Sick
from benchmarks.diagnosis.planted.dynamics import at_edge
from benchmarks.diagnosis.planted.fit import imbalanced
from benchmarks.diagnosis.planted.sets import clouds, network, recipe
from ranvier.data import Parts, from_arrays
from ranvier.diagnosis import treat
from ranvier.diagnosis.treat import NEARBY, Step
from ranvier.errors import DataError, DescriptionError
from ranvier.recipe import SGD, Adam
from ranvier.training import train
from tests.support.illnesses import trained

ROWS = clouds(3, 400, classes=4, columns=4, apart=4.0)


def ill(**changes):
    """Return a run on clouds, with what ails it, and its data."""
    sick = Sick(network(ROWS, 16), recipe(3, epochs=20, **changes), ROWS.data())
    return trained(sick).run, sick.data


@pytest.fixture(scope="module")
def healed():
    run, data = ill(optimizer=SGD(1e-5))
    return run, treat(run, data)


def test_what_ails_a_run_is_taken_away(healed):
    run, treated = healed
    assert treated.run.recipe.optimizer.learning_rate > 1e-4
    before, after = (min(e.val_loss for e in one.history) for one in (run, treated.run))
    assert after < before / 2


def test_the_way_is_told_step_by_step(healed):
    _, treated = healed
    kept = [step for step in treated.steps if step.is_kept]
    assert kept
    for step in kept:
        assert step.after < step.before
    losses = [step.before for step in kept]
    assert losses == sorted(losses, reverse=True)


def test_what_is_left_is_a_share_of_what_is_to_be_learnt(healed):
    _, treated = healed
    kept = [step for step in treated.steps if step.is_kept]
    assert 0.9 < kept[0].before < 2
    assert 0 < kept[-1].after < 0.5


def test_a_remedy_by_another_loss_is_compared_in_shares():
    sick = at_edge("diabetes", "severe", 0)
    treated = treat(sick.trained(), sick.data, rounds=1)
    (kept,) = [step for step in treated.steps if step.is_kept]
    assert kept.code == "learning-rate-at-edge"
    assert kept.change == "the usual huber"
    assert kept.before > 0.9 > kept.after


def test_a_rare_class_that_was_ignored_counts_as_much_as_the_others():
    sick = imbalanced("clouds", "severe", 0)
    treated = treat(sick.trained(), sick.data)
    kept = [step.change for step in treated.steps if step.is_kept]
    assert 'class_weight="balanced"' in kept
    assert "imbalance-ignored" not in [one.code for one in treated.findings]


def test_rows_of_one_class_can_be_treated_on():
    data = from_arrays(ROWS.inputs, ROWS.targets)
    order = ROWS.targets.argsort(kind="stable")
    parts = Parts(data.take(order[:300]), data.take(order[320:]), None)
    learnt = recipe(3, epochs=20, optimizer=SGD(1e-5))
    run = Sick(network(ROWS, 16), learnt, parts).trained()
    steps = treat(run, parts, rounds=1).steps
    assert all(math.isfinite(step.before) and step.before > 0 for step in steps)
    assert steps


def test_at_most_one_treatment_of_a_round_is_kept(healed):
    _, treated = healed
    kept = [step.before for step in treated.steps if step.is_kept]
    assert len(kept) == len(set(kept))


def test_designs_near_to_what_helped_are_tried_next(healed):
    _, treated = healed
    codes = [step.code for step in treated.steps]
    first = codes.index(NEARBY)
    assert any(step.is_kept for step in treated.steps[:first])
    assert {step.change for step in treated.steps[first:]} >= {
        "4 times the units",
        "stronger weight decay",
    }


def test_what_is_well_stays_as_it_is():
    run, data = ill(optimizer=Adam(0.01))
    treated = treat(run, data, rounds=1)
    assert [step for step in treated.steps if step.is_kept] == []
    assert treated.run.network == run.network


def test_rules_are_passed_over():
    run, data = ill(optimizer=SGD(1e-5))
    found = {step.code for step in treat(run, data, rounds=1).steps}
    less = {step.code for step in treat(run, data, rounds=1, ignore=found).steps}
    assert not less & found


def test_a_run_without_validation_rows_is_refused():
    run, data = ill(validation=0.0)
    with pytest.raises(DataError, match=r"treat\(\) was given a run without val"):
        treat(run, data)


def test_an_unknown_code_is_refused():
    run, data = ill()
    with pytest.raises(DescriptionError, match="there is no rule 'dead'"):
        treat(run, data, ignore=["dead"])


def test_a_run_that_diverged_can_be_treated():
    run, data = ill(optimizer=SGD(1e20))
    assert run.failure
    treated = treat(run, data)
    assert treated.run.failure is None
    assert math.isinf(treated.steps[0].before)


def test_a_step_is_plain_values():
    step = Step("diverged", "a tenth of the rate", math.inf, 0.5, True)
    assert step.to_dict() == {
        "code": "diverged",
        "change": "a tenth of the rate",
        "before": None,
        "after": 0.5,
        "is_kept": True,
    }


def test_members_are_treated_as_one_network():
    data = ROWS.data()
    learnt = recipe(3, epochs=20, optimizer=SGD(1e-5), members=2)
    run = train(network(ROWS, 16), data, learnt, folder=None, threads=1)
    treated = treat(run, data, rounds=1)
    assert (treated.run.recipe.members, treated.run.others) == (1, [])
    assert (run.recipe.members, len(run.others)) == (2, 1)
