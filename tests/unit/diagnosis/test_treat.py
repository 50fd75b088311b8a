import math
from dataclasses import replace

import pytest

from benchmarks.diagnosis.planted import Sick
from benchmarks.diagnosis.planted.sets import clouds, network, recipe
from ranvier.diagnosis import treat
from ranvier.diagnosis.treat import Step
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


def test_at_most_one_treatment_of_a_round_is_kept(healed):
    _, treated = healed
    kept = [step.before for step in treated.steps if step.is_kept]
    assert len(kept) == len(set(kept))


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
    assert treated.run.recipe.members == 1
    assert run.others
    assert replace(run, others=[]).members
