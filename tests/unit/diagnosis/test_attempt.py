import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import parted, real
from ranvier.diagnosis.attempt import is_sure
from ranvier.recipe import SGD, Adam
from tests.support.illnesses import timed, trained, usual


def attempts(name="digits", **changes):
    return trained(usual(real(name, 0), **({"epochs": 3} | changes))).attempts


def test_gains_are_sure_where_they_are_two_errors_from_0():
    spread = np.array([1.0, -1.0] * 50)
    assert not is_sure(spread + 0.19, np.inf)
    assert is_sure(spread + 0.21, np.inf)


def test_one_row_does_not_make_gains_unsure():
    gains = np.append(np.full(99, 0.2), 1e6)
    assert not is_sure(gains, np.inf)
    assert is_sure(gains, 1.0)


def test_one_row_does_not_make_gains_sure_that_are_next_to_nothing():
    gains = np.append(np.full(37, 1e-3), 3.0)
    assert gains.mean() > 0.06
    assert not is_sure(gains, 1.0)


def quick(seconds=1e-3, **changes):
    sick = usual(real("wine", 0), stopping=None, **changes)
    return timed(trained(sick), seconds).attempts


@pytest.mark.parametrize(("epochs", "steps"), [(30, 90), (2, 50)])
def test_an_attempt_takes_as_many_steps_as_the_run_or_some(epochs, steps):
    assert quick(epochs=epochs, batch_size=64).after(1.0).steps == steps


def test_where_steps_take_longer_there_are_fewer():
    assert quick(0.005, epochs=30, batch_size=64).after(1.0).steps == 50


def test_an_attempt_takes_no_more_steps_than_are_cheap():
    assert attempts(epochs=60).after(1.0).steps <= 400


def test_going_on_lowers_the_loss_of_a_short_run():
    tries = attempts()
    after = tries.after(1.0)
    assert after.loss < tries.best.loss
    assert tries.gains(after, 0.01)


def test_beginning_again_is_worse_than_what_was_learnt():
    tries = attempts(epochs=20)
    assert tries.anew(0.01).loss > tries.best.loss
    assert not tries.gains(tries.anew(0.01), 0.0)


def test_an_attempt_that_diverges_is_as_good_as_where_it_began():
    tries = attempts("diabetes", optimizer=SGD(0.01))
    assert tries.after(1e9).loss == pytest.approx(tries.best.loss)


def test_the_same_attempt_is_made_once():
    tries = attempts()
    assert tries.after(0.1) is tries.after(0.1)


def test_other_batches_make_as_many_steps_over_the_same_rows():
    tries = quick(epochs=4, batch_size=32)
    smaller = usual(real("wine", 0), epochs=4, batch_size=8).recipe
    assert tries.anew(1.0, smaller).steps == 4 * 17


def test_there_is_nothing_to_gain_where_all_is_learnt():
    tries = attempts("wine", epochs=100)
    assert not tries.can_gain(0.2)
    assert tries.can_gain(-1.0)


def test_outlandish_rates_are_not_tried():
    assert attempts(optimizer=Adam(0.001)).higher((10.0, 100.0)) == [10.0]
    assert attempts(optimizer=Adam(3.0)).higher((0.1, 1.0, 10.0)) == [0.1, 1.0]


def test_the_rate_is_the_highest_of_the_run():
    changes = {"schedule": "cosine", "warmup": 0.5, "optimizer": Adam(0.01)}
    tries = attempts(epochs=4, **changes)
    assert 0.005 < tries.rate <= 0.01


def test_without_validation_training_rows_are_judged():
    tries = attempts("iris", validation=0.0)
    assert tries.part == "training"
    assert len(tries.best.losses) == len(tries.best.learnt) == 150


def test_of_many_rows_some_are_judged():
    tries = attempts(validation=0.5)
    assert len(tries.best.losses) == 500


def test_without_data_nothing_is_attempted():
    case = trained(usual(real("iris", 0)), with_data=False)
    assert not case.attempts.are_possible
    assert not case.attempts.can_gain(0.0)


def test_lbfgs_is_not_attempted():
    assert not attempts("iris", optimizer="lbfgs").are_possible


def test_steps_that_take_long_are_not_attempted():
    assert not quick(60.0, epochs=3).are_possible


def test_targets_that_are_all_alike_leave_nothing_to_gain():
    rows = real("diabetes", 0)
    same = rows._replace(targets=np.ones_like(rows.targets))
    sick = usual(same)._replace(data=parted(same, 100, 50))
    assert not trained(sick).attempts.can_gain(0.0)
