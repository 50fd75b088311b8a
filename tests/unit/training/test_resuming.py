import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from ranvier.data import Parts, load
from ranvier.errors import DataError, DescriptionError, DivergedError, FileError
from ranvier.recipe import OPTIMIZERS, SCHEDULES, SGD, EarlyStopping, Recipe
from ranvier.training import Finished, Run, Started, resume
from ranvier.training.lock import held
from tests.support.crashes import Disk, Killed
from tests.support.folders import left_in
from tests.support.learning import RECIPE, blobs, network, slopes, trained

SHORT = Recipe(optimizer=SGD(0.9), epochs=3, batch_size=4, seed=3, stopping=None)
STEPS = 48
"""How many steps of writing a run of SHORT takes; a test counts them."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return what a run of SHORT leaves that was never stopped."""
    run = trained(tmp_path_factory.mktemp("whole"), recipe=SHORT)
    first, second, third = (epoch.val_loss for epoch in run.history)
    assert third < first < second, "one epoch must leave the best, and one be the best"
    return left_in(run.folder)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "run"


def stopping_at(epoch):
    """Return a listener that presses Ctrl-C at the end of `epoch`."""

    def stop(event):
        if len(event.run.history) == epoch:
            raise KeyboardInterrupt

    return stop


def stopped(folder, epoch, **options):
    with pytest.raises(KeyboardInterrupt):
        trained(folder, on_event=stopping_at(epoch), **options)


def killed_at(step, folder):
    with pytest.MonkeyPatch.context() as patch:
        Disk(patch).dies_at = step
        with pytest.raises(Killed):
            trained(folder, recipe=SHORT)


def go_on(folder):
    """Do what a user does after a kill: resume, or train if there is no run yet."""
    if (folder / "run.json").exists():
        return resume(folder, blobs())
    return trained(folder, recipe=SHORT)


def test_the_steps_of_writing_are_counted(folder, monkeypatch):
    disk = Disk(monkeypatch)
    trained(folder, recipe=SHORT)
    assert disk.steps == STEPS


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_kill_at_any_step_of_writing_changes_nothing(folder, step, whole):
    killed_at(step, folder)
    go_on(folder)
    assert left_in(folder) == whole


@pytest.mark.parametrize("step", range(22, STEPS + 1))
def test_a_run_killed_at_any_step_can_be_read(folder, step):
    killed_at(step, folder)
    run = Run.load(folder)
    epochs = replace(SHORT, epochs=max(1, run.best_epoch))
    expected = trained(recipe=epochs)
    if run.best_epoch:
        np.testing.assert_equal(run.parameters, expected.parameters)
    assert len(run.history) in range(4)


@pytest.mark.parametrize("step", range(1, 16))
def test_a_kill_at_any_step_of_resuming_changes_nothing(folder, step, whole):
    stopped(folder, 1, recipe=SHORT)
    with pytest.MonkeyPatch.context() as patch:
        Disk(patch).dies_at = step
        with pytest.raises(Killed):
            resume(folder, blobs())
    resume(folder, blobs())
    assert left_in(folder) == whole


@pytest.mark.parametrize("epoch", [0, 1, 3, 5])
@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_every_optimizer_goes_on_to_the_same_bits(tmp_path, optimizer, epoch):
    recipe = replace(RECIPE, optimizer=optimizer)
    stopped(tmp_path / "stopped", epoch, recipe=recipe)
    resume(tmp_path / "stopped", blobs())
    trained(tmp_path / "whole", recipe=recipe)
    assert left_in(tmp_path / "stopped") == left_in(tmp_path / "whole")


@pytest.mark.parametrize("epoch", [0, 1, 3, 5])
@pytest.mark.parametrize("optimizer", ["adam", "schedule_free"])
def test_an_average_of_the_weights_goes_on_to_the_same_bits(tmp_path, optimizer, epoch):
    recipe = replace(RECIPE, optimizer=optimizer, average=0.9)
    stopped(tmp_path / "stopped", epoch, recipe=recipe)
    resume(tmp_path / "stopped", blobs())
    trained(tmp_path / "whole", recipe=recipe)
    assert left_in(tmp_path / "stopped") == left_in(tmp_path / "whole")


@pytest.mark.parametrize("epoch", [1, 3, 5])
@pytest.mark.parametrize("schedule", list(SCHEDULES))
def test_every_schedule_goes_on_to_the_same_bits(tmp_path, schedule, epoch):
    described = {"type": schedule}
    if schedule == "reduce_on_plateau":
        described |= {"patience": 1, "monitor": "val_accuracy"}
    recipe = replace(RECIPE, schedule=described, warmup=0.25)
    stopped(tmp_path / "stopped", epoch, recipe=recipe)
    resume(tmp_path / "stopped", blobs())
    trained(tmp_path / "whole", recipe=recipe)
    assert left_in(tmp_path / "stopped") == left_in(tmp_path / "whole")


def test_a_run_goes_on_to_the_same_bits_through_many_stops(tmp_path):
    stopped(tmp_path / "stopped", 1)
    for epoch in (2, 3, 5):
        with pytest.raises(KeyboardInterrupt):
            resume(tmp_path / "stopped", blobs(), on_event=stopping_at(epoch))
    resume(tmp_path / "stopped", blobs())
    trained(tmp_path / "whole")
    assert left_in(tmp_path / "stopped") == left_in(tmp_path / "whole")


@pytest.mark.parametrize("epoch", [1, 2, 3, 4])
def test_early_stopping_counts_on_as_if_never_stopped(tmp_path, epoch):
    rule = EarlyStopping(patience=4, min_delta=10.0)
    recipe = replace(RECIPE, epochs=50, stopping=rule)
    stopped(tmp_path / "stopped", epoch, recipe=recipe)
    run = resume(tmp_path / "stopped", blobs())
    assert len(run.history) == 5
    trained(tmp_path / "whole", recipe=recipe)
    assert left_in(tmp_path / "stopped") == left_in(tmp_path / "whole")


def test_the_resumed_run_is_the_whole_run_in_memory_too(folder):
    stopped(folder, 4)
    run, other = resume(folder, blobs()), trained()
    np.testing.assert_equal(run.parameters, other.parameters)
    assert [epoch._replace(seconds=0) for epoch in run.history] == [
        epoch._replace(seconds=0) for epoch in other.history
    ]
    assert (run.best_epoch, run.stopped) == (other.best_epoch, other.stopped)


def test_more_epochs_lead_where_a_longer_recipe_would_have(tmp_path):
    trained(tmp_path / "longer")
    run = resume(tmp_path / "longer", blobs(), epochs=9)
    assert len(run.history) == 9
    trained(tmp_path / "whole", recipe=replace(RECIPE, epochs=9))
    assert left_in(tmp_path / "longer") == left_in(tmp_path / "whole")


def test_fewer_epochs_end_an_unfinished_run_there(tmp_path):
    stopped(tmp_path / "shorter", 4)
    run = resume(tmp_path / "shorter", blobs(), epochs=4)
    assert run.stopped.startswith("all 4 epochs done")
    trained(tmp_path / "whole", recipe=replace(RECIPE, epochs=4))
    assert left_in(tmp_path / "shorter") == left_in(tmp_path / "whole")


def test_fewer_epochs_than_are_done_are_refused(folder):
    trained(folder)
    with pytest.raises(DescriptionError, match="has 6 epochs already; give more, or"):
        resume(folder, blobs(), epochs=5)


@pytest.mark.parametrize("epochs", [0, -1, 2.5, "7"])
def test_epochs_must_be_a_positive_integer(folder, epochs):
    trained(folder)
    with pytest.raises(DescriptionError, match="epochs must be a positive integer"):
        resume(folder, blobs(), epochs=epochs)


def test_a_finished_run_is_returned_as_it_is_and_says_so(folder):
    trained(folder)
    before, told = left_in(folder), []
    run = resume(folder, on_event=told.append)
    assert run.stopped.startswith("all 6 epochs done")
    assert told == [Finished(run)]
    assert left_in(folder) == before


def test_a_run_that_stopped_early_stays_so_with_more_epochs(folder):
    rule = EarlyStopping(patience=1, min_delta=10.0)
    trained(folder, recipe=replace(RECIPE, stopping=rule))
    before = left_in(folder)
    assert len(resume(folder, blobs(), epochs=90).history) == 2
    assert left_in(folder) == before


def test_a_resumed_run_is_told_with_the_epochs_that_are_done(folder):
    stopped(folder, 4)
    told = []
    resume(
        folder,
        blobs(),
        on_event=lambda event: told.append((type(event), len(event.run.history))),
    )
    assert told[0] == (Started, 4)


def test_data_of_a_name_are_loaded_again(tmp_path):
    data = blobs()
    inputs, targets = data.inputs, data.targets
    np.savez(tmp_path / "points.npz", X=inputs, y=targets)
    data = load(tmp_path / "points.npz")
    stopped(tmp_path / "stopped", 2, data=data)
    resume(tmp_path / "stopped")
    trained(tmp_path / "whole", data=data)
    assert left_in(tmp_path / "stopped") == left_in(tmp_path / "whole")


def test_arrays_from_python_must_be_given_again(folder):
    stopped(folder, 2)
    with pytest.raises(
        DataError, match=r"trained on arrays from Python; give them again"
    ):
        resume(folder)


def test_other_data_than_those_of_the_run_are_refused(folder):
    stopped(folder, 2)
    with pytest.raises(DataError, match=r"train part is not of the data .*arrays from"):
        resume(folder, blobs(seed=1))


def test_parts_of_several_memories_go_on_to_the_same_bits(tmp_path):
    parts = Parts(blobs(seed=1), blobs(seed=2), blobs(seed=3))
    stopped(tmp_path / "stopped", 2, data=parts)
    resume(tmp_path / "stopped", parts)
    trained(tmp_path / "whole", data=parts)
    assert left_in(tmp_path / "stopped") == left_in(tmp_path / "whole")


def test_parts_must_be_given_again_each_in_its_place(folder):
    parts = Parts(blobs(seed=1), blobs(seed=2), None)
    stopped(folder, 2, data=parts)
    with pytest.raises(DataError, match="the validation part is not of the data"):
        resume(folder, parts._replace(validation=None))


def test_a_folder_in_use_is_refused(folder):
    stopped(folder, 2)
    with held(folder), pytest.raises(FileError, match="trained in by another process"):
        resume(folder, blobs())


def test_a_run_that_diverged_diverges_again(folder):
    recipe = Recipe(optimizer=SGD(3.0), epochs=400, batch_size=8, stopping=None)
    options = {"network": network(2, "identity"), "data": slopes(), "recipe": recipe}
    with pytest.raises(DivergedError) as first:
        trained(folder, **options)
    before = left_in(folder)
    with pytest.raises(DivergedError) as second:
        resume(folder, slopes())
    assert str(first.value) == str(second.value)
    assert left_in(folder) == before


def test_a_state_that_does_not_fit_is_refused_by_name(tmp_path):
    stopped(tmp_path / "ours", 2)
    stopped(tmp_path / "theirs", 2, recipe=SHORT)
    name = "checkpoint.safetensors"
    shutil.copy(tmp_path / "theirs" / name, tmp_path / "ours" / name)
    with pytest.raises(FileError, match=f"{name} does not fit its run: "):
        resume(tmp_path / "ours", blobs())


def test_another_engine_is_recorded(folder):
    stopped(folder, 2)
    resume(folder, blobs(), engine="auto")
    recorded = json.loads((folder / "run.json").read_text())["engine"]
    assert recorded["reason"] != "reference, as asked for"


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"holds no run: there is no file run.json"):
        resume(tmp_path)
