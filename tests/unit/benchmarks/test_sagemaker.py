import numpy as np
import pytest

from benchmarks.diagnosis.planted.dynamics import broken, stuck
from benchmarks.diagnosis.planted.fit import imbalanced, overfitted
from benchmarks.diagnosis.planted.layers import alike, killed
from benchmarks.diagnosis.planted.sets import clouds
from benchmarks.diagnosis.rivals.sagemaker import (
    all_zero,
    class_imbalance,
    dead_relu,
    exploding_tensor,
    judge,
    loss_not_decreasing,
    overfit,
    overtraining,
    poor_initialization,
    saturated,
    unchanged_tensor,
    update_ratios,
    vanishing_gradient,
)
from benchmarks.diagnosis.rivals.watched import watch
from tests.support.illnesses import usual

NORMAL = np.random.default_rng(0).normal(size=(400, 10))


@pytest.mark.parametrize(("size", "is_ill"), [(1e-8, True), (1e-6, False)])
def test_a_gradient_has_vanished_below_its_bound(size, is_ill):
    assert vanishing_gradient({"a": NORMAL, "b": NORMAL * size}) is is_ill


@pytest.mark.parametrize(("number", "is_ill"), [(np.inf, True), (1e30, False)])
def test_numbers_that_are_not_finite_have_exploded(number, is_ill):
    assert exploding_tensor({"a": np.array([1.0, number])}) is is_ill


def test_updates_are_measured_beside_their_weights():
    before = {"one.weight": np.full(4, 2.0), "one.bias": np.zeros(4)}
    after = {"one.weight": np.full(4, 2.5), "one.bias": np.ones(4)}
    assert update_ratios(before, after) == [pytest.approx(0.25)]


@pytest.mark.parametrize(("dead", "is_ill"), [(6, True), (5, False)])
def test_a_layer_is_dead_if_most_of_its_units_are(dead, is_ill):
    outputs = np.maximum(NORMAL, 0)
    outputs[:, :dead] = 0
    assert dead_relu(outputs) is is_ill


@pytest.mark.parametrize(
    ("bend", "sum_", "is_ill"),
    [
        ("tanh", 10.0, True),
        ("tanh", 9.0, False),
        ("sigmoid", 18.0, True),
        ("sigmoid", -20.0, False),
    ],
)
def test_units_are_saturated_beyond_the_published_sums(bend, sum_, is_ill):
    assert saturated(np.full((20, 4), sum_), bend) is is_ill


@pytest.mark.parametrize(
    ("second", "gradient", "is_ill"),
    [(1.0, 1.0, False), (4.0, 1.0, True), (3.0, 1.0, False), (1.0, 1e-4, True)],
)
def test_layers_are_to_start_alike_with_gradients_that_differ(second, gradient, is_ill):
    sums = {"one": NORMAL, "two": NORMAL * second}
    gradients = {"one.weight": NORMAL * gradient, "one.bias": np.zeros(4)}
    assert poor_initialization(sums, gradients) is is_ill


@pytest.mark.parametrize(("by", "is_ill"), [(0.0, True), (0.01, False)])
def test_a_loss_is_to_fall_within_ten_checks(by, is_ill):
    assert loss_not_decreasing(1.0 - by * np.arange(25)) is is_ill


@pytest.mark.parametrize(("above", "is_ill"), [(1.2, True), (1.05, False)])
def test_a_tenth_above_the_training_loss_is_overfit(above, is_ill):
    loss = np.linspace(1, 0.5, 10)
    assert overfit(loss, above * loss) is is_ill


def test_both_losses_without_a_new_best_are_overtraining():
    flat, falling = np.full(20, 0.5), np.linspace(5.0, 0.5, 20)
    assert overtraining(flat, flat)
    assert not overtraining(falling, flat)
    assert not overtraining(flat, falling)


@pytest.mark.parametrize(
    ("rare", "wrong", "is_ill"), [(9, 0, True), (20, 0, False), (20, 15, True)]
)
def test_classes_are_neither_to_be_rare_nor_mostly_wrong(rare, wrong, is_ill):
    targets = np.repeat([0, 1], [100, rare])
    right = np.arange(len(targets)) < len(targets) - wrong
    assert class_imbalance(targets, right) is is_ill


def test_weights_that_stand_still_for_three_looks_are_unchanged():
    moving = [{"one.weight": NORMAL + step} for step in range(4)]
    still = [*moving, moving[-1], moving[-1]]
    assert unchanged_tensor(still)
    assert not unchanged_tensor(still[:-1])


def test_weights_of_zero_are_told_and_biases_are_not():
    assert all_zero({"one.weight": np.zeros(4)})
    assert not all_zero({"one.weight": np.ones(4), "one.bias": np.zeros(4)})


@pytest.mark.parametrize(
    ("sick", "rule"),
    [
        (broken("diabetes", "severe", 0), "ExplodingTensor"),
        (stuck("wine", "severe", 0), "LossNotDecreasing"),
        (overfitted("clouds", "severe", 0), "Overfit"),
        (imbalanced("diabetes", "severe", 0), "ClassImbalance"),
        (alike("iris", "severe", 0), "AllZero"),
        (killed("digits", "severe", 0), "DeadRelu"),
    ],
)
def test_planted_faults_are_named(sick, rule):
    assert rule in judge(watch(sick)).findings


def test_a_sound_training_is_overfit_and_overtrained_at_most():
    sick = usual(clouds(0, 600, apart=4.0), epochs=20)
    assert judge(watch(sick)).findings <= {"Overfit", "Overtraining"}
