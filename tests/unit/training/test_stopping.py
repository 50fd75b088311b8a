import pytest

from ranvier.recipe import EarlyStopping, Recipe
from ranvier.training.history import Epoch
from ranvier.training.stopping import follow


def history(**columns):
    """Return epochs with the given columns, each a list of one value an epoch."""
    plain = Epoch(0, 1.0, 0.5, None, None, 0.1, {}, 0.0)
    rows = zip(*columns.values(), strict=True)
    return [
        plain._replace(epoch=number, **dict(zip(columns, row, strict=True)))
        for number, row in enumerate(rows, start=1)
    ]


def recipe(epochs=100, **options):
    return Recipe(epochs=epochs, stopping=EarlyStopping(**options))


def test_before_the_first_epoch_none_is_best_and_nothing_stops():
    progress = follow([], recipe())
    assert (progress.best_epoch, progress.reason) == (0, None)


@pytest.mark.parametrize(
    ("monitor", "columns", "best"),
    [
        ("val_loss", {"loss": [3.0, 2.0, 1.0], "val_loss": [2.0, 1.0, 3.0]}, 2),
        ("val_loss", {"loss": [3.0, 2.0, 1.0]}, 3),
        ("loss", {"loss": [3.0, 1.0, 2.0], "val_loss": [3.0, 2.0, 1.0]}, 2),
        (
            "val_accuracy",
            {"val_loss": [1.0, 2.0, 3.0], "val_accuracy": [0.1, 0.2, 0.3]},
            3,
        ),
        ("val_accuracy", {"accuracy": [0.1, 0.3, 0.2]}, 2),
        (
            "val_accuracy",
            {"val_loss": [0.9, 0.3, 0.3], "val_accuracy": [1.0, 1.0, 1.0]},
            2,
        ),
        ("accuracy", {"accuracy": [0.3, 0.2, 0.1]}, 1),
        ("accuracy", {"accuracy": [None, None], "loss": [2.0, 1.0]}, 2),
        ("val_loss", {"val_loss": [1.0, 1.0, 1.0]}, 1),
    ],
)
def test_the_best_epoch_is_the_first_with_the_best_monitored_value(
    monitor, columns, best
):
    assert follow(history(**columns), recipe(monitor=monitor)).best_epoch == best


def test_without_stopping_the_best_epoch_is_that_of_val_loss():
    epochs = history(loss=[3.0, 2.0, 1.0], val_loss=[2.0, 1.0, 3.0])
    assert follow(epochs, Recipe(stopping=None)).best_epoch == 2


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "stops_after"),
    [
        ([1.0, 2.0], 1, 0.0, 2),
        ([1.0, 0.5, 0.6, 0.4, 0.5, 0.6, 0.3], 2, 0.0, 6),
        ([1.0, 0.9, 0.8, 0.7, 0.6], 1, 0.0, None),
        ([1.0, 1.0, 1.0, 1.0], 3, 0.0, 4),
        ([1.0, 0.99, 0.98, 0.97], 3, 0.1, 4),
        ([1.0, 0.95, 0.89, 0.88, 0.85], 2, 0.1, 5),
    ],
)
def test_stops_once_patience_is_over_and_not_before(
    losses, patience, min_delta, stops_after
):
    rule = recipe(patience=patience, min_delta=min_delta)
    reasons = [
        follow(history(loss=losses[:count]), rule).reason is not None
        for count in range(1, len(losses) + 1)
    ]
    stopped = reasons.index(True) + 1 if any(reasons) else None
    assert stopped == stops_after


def test_small_gains_do_not_count_for_patience_but_for_the_best_epoch():
    rule = recipe(patience=3, min_delta=0.1)
    progress = follow(history(val_loss=[1.0, 0.99, 0.98, 0.97]), rule)
    assert progress.best_epoch == 4
    assert progress.reason == (
        "val_loss has not improved by 0.1 for 3 epochs; "
        "the best val_loss was 0.97 at epoch 4"
    )


def test_the_reason_names_what_was_watched_and_the_best_epoch():
    epochs = history(val_loss=[0.5, 0.07123, 0.2, 0.3])
    assert follow(epochs, recipe(patience=2)).reason == (
        "val_loss has not improved for 2 epochs; "
        "the best val_loss was 0.07123 at epoch 2"
    )


def test_one_epoch_of_patience_is_written_in_the_singular():
    reason = follow(
        history(accuracy=[0.5, 0.4]), recipe(monitor="accuracy", patience=1)
    )
    assert "accuracy has not improved for 1 epoch;" in reason.reason


def test_the_last_epoch_of_the_recipe_ends_the_run():
    reason = follow(history(loss=[2.0, 1.0]), recipe(epochs=2)).reason
    assert reason == "all 2 epochs done; the best loss was 1 at epoch 2"


def test_without_stopping_only_the_number_of_epochs_ends_the_run():
    rule = Recipe(epochs=50, stopping=None)
    assert follow(history(loss=[1.0] + [2.0] * 40), rule).reason is None
