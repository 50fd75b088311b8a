import numpy as np
import pytest

from benchmarks.diagnosis.planted.dynamics import broken, creeping
from benchmarks.diagnosis.planted.layers import deep_sigmoid
from benchmarks.diagnosis.planted.sets import clouds
from benchmarks.diagnosis.rivals.autotrainer import (
    Trail,
    has_gap,
    judge,
    of_curves,
    of_gradients,
    swings,
    turned,
)
from benchmarks.diagnosis.rivals.watched import watch
from tests.support.illnesses import usual

FALLING = np.linspace(1.0, 0.2, 10)
RISING = np.linspace(0.3, 0.95, 10)


def gradients(first, last, zeros=0):
    """Return gradients of two layers with these lengths, of 100 numbers each."""
    first, last = (np.full(100, length / 10) for length in (first, last))
    first[:zeros], last[:zeros] = 0.0, 0.0
    return {"dense_1.weight": first, "dense_2.weight": last}


def trail(**changes):
    """Return curves of ten epochs that are well."""
    curves = {
        "loss": FALLING,
        "val_loss": FALLING,
        "accuracy": RISING,
        "val_accuracy": RISING,
        "planned": 10,
    }
    return Trail(**(curves | changes))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (gradients(1.0, 1.0), set()),
        (gradients(1e-5, 1.0), {"vanish"}),
        (gradients(1e-5, 1e-3), set()),
        (gradients(1e-3, 10.0), set()),
        (gradients(71.0, 1.0), {"explode"}),
        (gradients(69.0, 1.0), set()),
        (gradients(1.0, 1.0, zeros=70), {"relu"}),
        (gradients(1.0, 1.0, zeros=69), set()),
        (gradients(np.nan, 1.0), {"explode"}),
    ],
)
def test_gradients_are_ill_beyond_the_published_bounds(given, found):
    assert of_gradients(given) == found


def test_curves_that_are_well_have_no_problem():
    assert of_curves(trail(), {"vanish", "explode", "relu"}) == set()


def test_gradients_count_where_the_accuracy_is_poor():
    poor = trail(accuracy=RISING / 2)
    assert of_curves(poor, {"vanish", "explode"}) == {"vanish", "explode"}
    assert of_curves(poor, set()) == set()


def test_an_accuracy_that_stands_still_is_slow():
    flat = np.full(10, 0.3)
    assert of_curves(trail(accuracy=flat, val_accuracy=flat), set()) == {"not_converge"}


def test_an_accuracy_that_swings_is_unstable():
    swinging = 0.8 + 0.1 * (np.arange(10) % 2)
    assert of_curves(trail(accuracy=swinging), set()) == {"unstable"}


def test_nothing_is_said_before_a_third_of_the_epochs():
    flat = np.full(10, 0.3)
    early = trail(accuracy=flat, val_accuracy=flat, planned=100)
    assert of_curves(early, {"vanish"}) == set()


def test_gradients_count_at_once_where_there_are_no_classes():
    values = trail(accuracy=None, val_accuracy=None)
    assert of_curves(values, {"vanish"}) == {"vanish"}
    assert of_curves(values, set()) == set()


@pytest.mark.parametrize(("size", "is_swinging"), [(0.04, True), (0.02, False)])
def test_an_accuracy_swings_by_the_published_size(size, is_swinging):
    accuracy = 0.9 + size * (np.arange(20) % 2)
    assert swings(accuracy) is is_swinging


@pytest.mark.parametrize(
    ("accuracy", "val_accuracy", "is_gap"),
    [(0.85, 0.74, True), (0.85, 0.76, False), (0.99, 0.91, True), (0.99, 0.93, False)],
)
def test_a_gap_is_smaller_where_training_rows_are_right(accuracy, val_accuracy, is_gap):
    both = {"accuracy": np.array([accuracy]), "val_accuracy": np.array([val_accuracy])}
    assert has_gap(trail(**both)) is is_gap


def test_epochs_are_counted_in_which_the_losses_part():
    parting = np.array([1.0, 0.9, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5])
    assert turned(trail(val_loss=parting)) == 7
    assert turned(trail()) == 0


@pytest.mark.parametrize(
    ("sick", "problem"),
    [
        (deep_sigmoid("digits", "severe", 0), "vanish"),
        (broken("diabetes", "severe", 0), "explode"),
        (creeping("wine", "severe", 0), "not_converge"),
    ],
)
def test_planted_faults_are_named(sick, problem):
    assert problem in judge(watch(sick)).findings


def test_a_sound_training_has_no_problem():
    sick = usual(clouds(0, 600, apart=4.0), epochs=20)
    assert judge(watch(sick)).findings == frozenset()
