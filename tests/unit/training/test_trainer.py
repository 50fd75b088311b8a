import json
from dataclasses import replace

import numpy as np
import pytest

from ranvier.data import Parts, from_arrays
from ranvier.errors import DataError, DescriptionError, DivergedError, FileError
from ranvier.network import BatchNorm, Dense, Flatten, Network
from ranvier.recipe import SGD, Augmentation, EarlyStopping, Recipe, Step
from ranvier.training import EpochEnded, Finished, Started
from tests.support.learning import RECIPE, blobs, network, slopes, trained

NORMED = Network([Dense(8), BatchNorm("relu"), Dense(3, "softmax")])
LINE = Network([Dense(2)])
"""For `slopes`: it learns at any small rate, and diverges at a large one."""


def test_the_history_has_every_epoch_in_order():
    run = trained()
    assert [epoch.epoch for epoch in run.history] == [1, 2, 3, 4, 5, 6]
    assert run.history[-1].loss < run.history[0].loss


def test_an_epoch_tells_losses_accuracies_rate_norms_and_time():
    epoch = trained().history[0]
    assert min(epoch.loss, epoch.val_loss, epoch.seconds) > 0
    assert min(epoch.accuracy, epoch.val_accuracy) >= 0
    assert max(epoch.accuracy, epoch.val_accuracy) <= 1
    assert epoch.learning_rate == 0.001
    assert sorted(epoch.gradient_norms) == ["dense_1", "dense_2"]


def test_without_a_validation_part_there_are_no_validation_figures():
    run = trained(data=Parts(blobs(), None, None))
    assert (run.history[0].val_loss, run.history[0].val_accuracy) == (None, None)


def test_numbers_as_targets_have_no_accuracy():
    run = trained(network=LINE, data=slopes())
    assert (run.history[0].accuracy, run.history[0].val_accuracy) == (None, None)


def test_the_same_seed_gives_the_same_run():
    ours, theirs = trained(), trained()
    np.testing.assert_equal(ours.parameters, theirs.parameters)


def test_another_seed_gives_another_run():
    ours, theirs = trained(), trained(recipe=Recipe(epochs=1, seed=9))
    assert ours.history[0].loss != theirs.history[0].loss


def test_the_best_weights_are_those_of_the_best_epoch():
    recipe = Recipe(optimizer=SGD(0.9), epochs=12, batch_size=4, stopping=None)
    run = trained(recipe=recipe)
    assert 1 < run.best_epoch < 12
    short = trained(
        recipe=Recipe.from_dict(recipe.to_dict() | {"epochs": run.best_epoch})
    )
    np.testing.assert_equal(run.parameters, short.parameters)


def test_a_run_stops_early_and_says_why():
    rule = EarlyStopping(patience=2, min_delta=10.0)
    run = trained(recipe=Recipe(epochs=50, stopping=rule))
    assert len(run.history) == 3
    assert "val_loss has not improved by 10 for 2 epochs; the best" in run.stopped


def test_events_tell_the_run_from_start_to_finish():
    told = []
    run = trained(recipe=Recipe(epochs=2, stopping=None), on_event=told.append)
    assert [type(event) for event in told] == [
        Started,
        EpochEnded,
        EpochEnded,
        Finished,
    ]
    assert all(event.run is run for event in told)
    assert [event.epoch for event in told[1:3]] == run.history


def test_the_start_is_told_before_any_epoch():
    counts = []
    trained(on_event=lambda event: counts.append(len(event.run.history)))
    assert counts == [0, 1, 2, 3, 4, 5, 6, 6]


def test_events_are_told_to_functions_alone(tmp_path):
    with pytest.raises(DescriptionError, match="on_event=3: expected a function of an"):
        trained(tmp_path / "run", on_event=3)
    assert not (tmp_path / "run").exists()


def test_a_run_knows_the_parts_that_it_was_made_of():
    run = trained()
    parts = blobs().split(validation=0.1, test=0.1, seed=RECIPE.seed)
    for ours, theirs in zip(run.rows, parts, strict=True):
        np.testing.assert_array_equal(ours, theirs.rows)


def test_a_run_knows_its_engine_and_the_reason():
    assert (trained().engine, trained().reason) == (
        "reference",
        "reference, as asked for",
    )


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert trained(folder=None).folder is None
    assert list(tmp_path.iterdir()) == []


def test_a_run_lives_in_a_numbered_folder_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(trained(folder="auto").folder) == "runs/data-1"


def test_a_folder_holds_the_whole_run(tmp_path):
    run = trained(tmp_path / "run")
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "checkpoint.safetensors",
        "encoder.safetensors",
        "history.jsonl",
        "metrics.csv",
        "network.toml",
        "recipe.toml",
        "rows.safetensors",
        "run.json",
        "weights.safetensors",
    ]


def test_run_json_tells_the_run_in_short(tmp_path):
    run = trained(tmp_path / "run")
    table = json.loads((run.folder / "run.json").read_text())
    assert table["stopped"] == run.stopped
    assert (table["epochs"], table["best_epoch"]) == (6, run.best_epoch)
    assert table["seconds"] == pytest.approx(run.seconds, abs=0.001)
    assert sorted(table["versions"]) == ["numpy", "python", "ranvier"]
    assert table["source"]["fingerprints"]["train"] == blobs().fingerprint()
    assert table["schema"]["classes"] == ["a", "b", "c"]
    assert table["seed"] == 3


def test_a_run_is_not_written_over(tmp_path):
    trained(tmp_path / "run")
    with pytest.raises(FileError, match="run holds a run already; go on with it"):
        trained(tmp_path / "run")


@pytest.mark.parametrize(
    ("wrong", "error", "expected"),
    [
        ({"network": network(4)}, DescriptionError, "has the size 4"),
        ({"data": "digits"}, DataError, "given str as data"),
        ({"engine": "gpu"}, DescriptionError, "there is no engine 'gpu'"),
        ({"threads": 0}, DescriptionError, "threads must be a positive integer"),
        (
            {"recipe": replace(RECIPE, augmentation=Augmentation(shift=1))},
            DescriptionError,
            "^[^;]*augmentation changes pictures",
        ),
        (
            {"network": NORMED, "recipe": replace(RECIPE, batch_size=1)},
            DescriptionError,
            "batch_norm_1 .* with batch_size=1 there is one; give batches of 8",
        ),
        (
            {
                "network": Network([Flatten()]),
                "data": from_arrays(np.eye(3), ["a", "b", "c"]),
                "recipe": Recipe(optimizer="lbfgs", loss="mse", validation=0, test=0),
            },
            DescriptionError,
            "lbfgs has nothing to learn",
        ),
        (
            {"recipe": replace(RECIPE, class_weight={"a": 0, "b": 0, "c": 0})},
            DataError,
            "no row is left to learn from",
        ),
    ],
)
def test_what_does_not_fit_is_told_before_a_folder_is_made(
    tmp_path, wrong, error, expected
):
    with pytest.raises(error, match=expected):
        trained(tmp_path / "run", **wrong)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("folder", ["", 3])
def test_a_folder_is_a_path(folder):
    with pytest.raises(FileError, match=r"folder=.*: expected the path of a folder"):
        trained(folder)


def test_rows_of_weight_0_take_no_place_in_batches():
    data = blobs()
    there = np.arange(len(data)) % 4 == 0
    recipe = replace(RECIPE, batch_size=5, epochs=3)
    weighed, alone = (
        trained(data=Parts(part, data, None), network=NORMED, recipe=recipe)
        for part in (data.with_weights(there), data.take(np.flatnonzero(there)))
    )
    for name, array in alone.parameters.items():
        assert weighed.parameters[name].tobytes() == array.tobytes()
    assert [epoch.loss for epoch in weighed.history] == (
        [epoch.loss for epoch in alone.history]
    )


def diverging(rate, folder=None):
    recipe = Recipe(optimizer=SGD(rate), epochs=400, batch_size=8, stopping=None)
    return trained(folder, network=LINE, data=slopes(), recipe=recipe)


def test_a_run_that_diverges_names_epoch_layer_and_remedy():
    expected = (
        r"diverged in epoch \d+: .*dense_1.* no finite number\. The steps of sgd were "
        r"too large: try a learning_rate of 1e\+05 instead of 1e\+06\."
    )
    with pytest.raises(DivergedError, match=expected):
        diverging(1e6)


def test_a_run_that_diverges_keeps_its_best_weights(tmp_path):
    with pytest.raises(
        DivergedError, match=r"the weights of epoch 1, the best, are in"
    ):
        diverging(3.0, tmp_path)
    table = json.loads((tmp_path / "run.json").read_text())
    assert table["stopped"].startswith("diverged in epoch ")
    assert (tmp_path / "weights.safetensors").exists()


@pytest.mark.parametrize("folder", [None, "run"])
def test_ctrl_c_says_what_is_kept_and_how_to_go_on(tmp_path, folder):
    def stop(event):
        if len(event.run.history) == 2:
            raise KeyboardInterrupt

    place = folder and tmp_path / folder
    kept = r"all epochs before it are kept: go on with ranvier\.resume\('.*run'\)"
    expected = kept if folder else "nothing is kept, as folder=None asks"
    with pytest.raises(KeyboardInterrupt, match=f"^stopped in epoch 3; {expected}$"):
        trained(place, on_event=stop)


def test_a_disk_that_fills_up_is_told_with_the_way_to_go_on(tmp_path, monkeypatch):
    def fill(event):
        if len(event.run.history) == 2:
            monkeypatch.setattr("pathlib.Path.replace", full)

    def full(self, target):
        raise OSError(28, "No space left on device")

    expected = (
        r"No space left on device\); free space .*\. Then go on with ranvier.resume"
    )
    with pytest.raises(FileError, match=expected):
        trained(tmp_path / "run", on_event=fill)


def test_an_epoch_tells_the_mean_of_its_learning_rates():
    recipe = replace(RECIPE, schedule="exponential", warmup=1 / 6)
    rates = [epoch.learning_rate for epoch in trained(recipe=recipe).history]
    # nine batches an epoch: the first rises in nine even steps
    expected = [0.001 * 5 / 9, *(0.001 * 0.95**epoch for epoch in range(5))]
    assert rates == pytest.approx(expected, rel=1e-6)


def test_a_falling_rate_changes_what_is_learnt():
    falling = trained(recipe=replace(RECIPE, schedule=Step(every=2, factor=0.1)))
    steady = trained()
    assert falling.history[:2][-1].loss == steady.history[:2][-1].loss
    assert falling.history[-1].loss != steady.history[-1].loss
