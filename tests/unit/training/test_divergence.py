import math

import numpy as np
import pytest

from ranvier.engine.contract import EpochStatistics, Evaluation, Failure
from ranvier.recipe import Recipe
from ranvier.training.divergence import broken_in, remedy

LEARNT = EpochStatistics(0.5, 0.9, {"dense_1": 1.0, "dense_2": 2.0}, None)
JUDGED = Evaluation(0.6, 0.8)
WEIGHTS = {"dense_1.weight": np.ones(3, np.float32)}


def test_an_epoch_of_finite_numbers_is_whole():
    assert broken_in(LEARNT, JUDGED, WEIGHTS) is None


def test_an_epoch_without_validation_is_whole():
    assert broken_in(LEARNT, None, WEIGHTS) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            lambda _: LEARNT._replace(failure=Failure(4, "dense_2")),
            "what dense_2 gave at step 5",
        ),
        (lambda bad: LEARNT._replace(loss=bad), "the loss"),
        (
            lambda bad: LEARNT._replace(gradient_norms={"dense_1": bad}),
            "the gradient of dense_1",
        ),
    ],
)
def test_what_broke_in_learning_is_named(changed, expected, bad):
    assert broken_in(changed(bad), JUDGED, WEIGHTS) == expected


def test_a_weight_that_broke_is_named():
    broken = WEIGHTS | {"dense_2.bias": np.array([0, np.inf], np.float32)}
    assert broken_in(LEARNT, JUDGED, broken) == "a value of dense_2.bias"


def test_a_validation_loss_that_broke_is_named():
    assert broken_in(LEARNT, Evaluation(math.inf, None), WEIGHTS) == "val_loss"


def test_the_remedy_is_a_tenth_of_the_learning_rate():
    advice = remedy(2, Failure(0, "dense_1"), Recipe(optimizer="adam"))
    assert "steps of adam were too large: try a learning_rate of 0.0001" in advice


def test_before_the_first_step_the_data_are_to_blame():
    assert "No step was taken yet: the inputs or" in remedy(
        1, Failure(0, "x"), Recipe()
    )
