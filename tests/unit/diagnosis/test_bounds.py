import numpy as np
import pytest

from ranvier.diagnosis.bounds import bounds_of
from ranvier.recipe import (
    MAE,
    MSE,
    BinaryCrossEntropy,
    CrossEntropy,
    Focal,
    Hinge,
    Huber,
    LogCosh,
    Poisson,
    Quantile,
)

CLASSES = np.array([0, 0, 0, 1], np.int32)
VALUES = np.array([[0.0], [1.0], [5.0]], np.float32)


def test_chance_for_classes_is_the_entropy_of_their_shares():
    bounds = bounds_of(CrossEntropy(), CLASSES, 2, "softmax")
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert bounds == pytest.approx((0.0, entropy))


def test_chance_for_values_is_their_variance():
    bounds = bounds_of(MSE(), VALUES, 1, "identity")
    assert bounds == pytest.approx((0.0, VALUES.var()))


@pytest.mark.parametrize(
    ("loss", "targets", "units", "activation"),
    [
        (CrossEntropy(0.1), CLASSES, 2, "softmax"),
        (BinaryCrossEntropy(0.1), CLASSES, 1, "sigmoid"),
        (BinaryCrossEntropy(), CLASSES, 2, "sigmoid"),
        (Focal(), CLASSES, 2, "softmax"),
        (Hinge(), CLASSES, 2, "identity"),
        (MAE(), VALUES, 1, "identity"),
        (Huber(), VALUES, 1, "identity"),
        (LogCosh(), VALUES, 1, "identity"),
        (Poisson(), VALUES, 1, "softplus"),
        (Quantile(0.9), VALUES, 1, "identity"),
    ],
    ids=lambda one: getattr(one, "type", ""),
)
def test_of_every_loss_chance_lies_above_the_floor(loss, targets, units, activation):
    bounds = bounds_of(loss, targets, units, activation)
    assert bounds.width > 0.1
    assert bounds.unlearnt(bounds.floor) == 0
    assert bounds.unlearnt(bounds.chance) == 1


def test_smoothed_labels_have_a_floor_above_0():
    floor = bounds_of(CrossEntropy(0.1), CLASSES, 2, "softmax").floor
    assert floor == pytest.approx(-(0.95 * np.log(0.95) + 0.05 * np.log(0.05)))


def test_rows_count_by_their_weights():
    weights = np.array([1, 1, 1, 3], np.float32)
    bounds = bounds_of(CrossEntropy(), CLASSES, 2, "softmax", weights)
    assert bounds.chance == pytest.approx(np.log(2))


def test_where_all_targets_are_alike_nothing_is_left_to_learn():
    bounds = bounds_of(MSE(), np.ones((3, 1), np.float32), 1, "identity")
    assert bounds.unlearnt(7.0) == 0
