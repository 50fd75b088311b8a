import json

import numpy as np
import pytest

from ranvier.data import Parts
from ranvier.errors import DataError, FileError
from ranvier.recipe import SGD, Recipe
from ranvier.training import Run
from tests.support.learning import blobs, network, slopes, trained

LEAVES_THE_BEST = Recipe(optimizer=SGD(0.9), epochs=3, batch_size=4, stopping=None)
"""Its second epoch is the best, so that its weights are not the checkpoint's."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("run"))


def interrupted(folder, epoch):
    def stop(event):
        if len(event.run.history) == epoch:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(folder, on_event=stop)
    return Run.load(folder)


def test_a_run_comes_back_from_its_folder(run):
    loaded = Run.load(run.folder)
    assert (loaded.network, loaded.recipe) == (run.network, run.recipe)
    assert (loaded.schema, loaded.source) == (run.schema, run.source)
    assert (loaded.engine, loaded.reason) == (run.engine, run.reason)
    assert (loaded.versions, loaded.folder) == (run.versions, run.folder)
    assert (loaded.history, loaded.failure) == (run.history, None)
    assert (loaded.stopped, loaded.best_epoch) == (run.stopped, run.best_epoch)
    np.testing.assert_equal(loaded.parameters, run.parameters)
    np.testing.assert_equal(loaded.rows, run.rows)
    np.testing.assert_equal(loaded.encoder.to_arrays(), run.encoder.to_arrays())


def test_a_run_without_validation_and_test_parts_comes_back(tmp_path):
    loaded = Run.load(trained(tmp_path, data=Parts(blobs(), None, None)).folder)
    assert loaded.rows[1:] == (None, None)


def test_a_finished_run_says_so(run):
    assert run.is_finished
    assert run.stopped.startswith("all 6 epochs done; the best val_loss was ")


def test_an_unfinished_run_says_how_far_it_came(tmp_path):
    half = interrupted(tmp_path, 3)
    assert not half.is_finished
    assert half.stopped == "not finished: 3 of 6 epochs done"


def test_a_run_before_its_first_epoch_has_the_weights_it_starts_from(tmp_path):
    fresh = interrupted(tmp_path, 0)
    assert (fresh.history, fresh.best_epoch) == ([], 0)
    assert sorted(fresh.parameters) == sorted(trained().parameters)


def test_the_seconds_of_a_run_are_those_of_its_epochs(run):
    assert run.seconds == sum(epoch.seconds for epoch in run.history)


def test_a_run_gives_back_the_parts_that_it_learnt_from(run):
    parts = run.parts(blobs())
    drawn = blobs().split(validation=0.1, test=0.1, seed=3)
    for ours, theirs in zip(parts, drawn, strict=True):
        np.testing.assert_array_equal(ours.rows, theirs.rows)


def test_a_run_that_wrote_nothing_gives_back_its_parts():
    assert [len(part) for part in trained().parts(blobs())] == [72, 9, 9]


def test_a_run_tells_the_rows_of_its_fold(tmp_path):
    data = blobs().with_column("who", np.arange(90) % 7)
    folds = list(data.folds(3, groups="who", validation=0.2))
    trained(tmp_path, data=folds[1])
    parts = Run.load(tmp_path).parts(blobs())
    for ours, theirs in zip(parts, folds[1], strict=True):
        np.testing.assert_array_equal(ours.rows, theirs.rows)


def test_a_part_that_the_run_had_not_stays_away(tmp_path):
    run = trained(tmp_path, data=Parts(blobs(), None, None))
    assert run.parts(blobs())[1:] == (None, None)


def test_other_data_have_no_parts_of_the_run(run):
    with pytest.raises(DataError, match="not of the data that the run was trained on"):
        run.parts(blobs(seed=8))


def test_a_run_is_shown_by_data_end_and_folder(run):
    assert repr(run) == f"Run('data', {run.stopped!r}, folder={run.folder})"


@pytest.mark.parametrize(
    "change",
    [
        {"format": None},
        {"schema": None},
        {"schema": {"name": "x"}},
        {"schema": {"name": "x", "input_shape": "wide"}},
        {"source": None},
        {"source": {"name": "x"}},
        {"source": {"name": None, "fingerprints": None}},
        {"source": {"name": 1, "fingerprints": {}}},
        {"engine": "native"},
        {"engine": {}},
        {"versions": 7},
        {"failure": 7},
    ],
    ids=str,
)
def test_facts_that_were_altered_are_refused_by_name(tmp_path, change):
    path = trained(tmp_path).folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(FileError, match=r"run\.json (has the format|does not say)"):
        Run.load(tmp_path)


def test_facts_of_a_later_ranvier_are_refused(tmp_path):
    path = trained(tmp_path).folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(FileError, match=r"has the format 2, this ranvier reads 1; use"):
        Run.load(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint.safetensors",
        "encoder.safetensors",
        "history.jsonl",
        "network.toml",
        "recipe.toml",
        "rows.safetensors",
        "run.json",
        "weights.safetensors",
    ],
)
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_file_that_was_cut_is_refused_by_name(tmp_path, name, share):
    trained(tmp_path, recipe=LEAVES_THE_BEST)
    assert Run.load(tmp_path).best_epoch == 2
    path = tmp_path / name
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(FileError, match=rf"{name} |holds no run"):
        Run.load(tmp_path)


def test_the_files_of_another_network_are_refused(tmp_path):
    ours = trained(tmp_path / "ours").folder
    trained(tmp_path / "theirs", network=network(2, "identity"), data=slopes())
    (tmp_path / "theirs" / "network.toml").replace(ours / "network.toml")
    with pytest.raises(FileError, match=r"checkpoint.safetensors does not fit its net"):
        Run.load(ours)
