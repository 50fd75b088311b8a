import dataclasses

import pytest

from ranvier.errors import DescriptionError
from ranvier.recipe import EarlyStopping


@pytest.mark.parametrize("monitor", ["val_loss", "val_accuracy", "loss", "accuracy"])
def test_what_a_history_holds_can_be_watched(monitor):
    assert EarlyStopping(monitor).monitor == monitor


def test_stopping_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="patience"):
        EarlyStopping().patience = 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"monitor": "los"},
            "monitor must be val_loss, val_accuracy, loss or accuracy, got 'los'; val_",
        ),
        (
            {"patience": 0},
            "patience must be a positive integer, got 0; for training to the end, give",
        ),
        ({"min_delta": -1.0}, "min_delta must be zero or a positive number, got -1.0;"),
        ({"patiense": 3}, "there is no option 'patiense'; did you mean \"patience\""),
    ],
)
def test_stopping_that_cannot_be_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        EarlyStopping(**options)
