from dataclasses import replace

import numpy as np
import pytest

from ranvier.data import GroupSplit, Parts
from ranvier.errors import DivergedError
from ranvier.recipe import SGD, EarlyStopping
from ranvier.training import EpochEnded, Run, learner, resume
from tests.support.learning import RECIPE, blobs, slopes, trained
from tests.support.people import NETWORK, shoppers
from tests.support.people import RECIPE as OF_PEOPLE

THREE = replace(RECIPE, members=3)


def weights(run):
    return [member.parameters["dense_1.weight"] for member in run.members]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("three"), recipe=THREE).folder


def test_the_first_member_is_the_run_without_others():
    ours, alone = trained(recipe=THREE), trained()
    np.testing.assert_equal(ours.parameters, alone.parameters)
    assert [epoch.val_loss for epoch in ours.history] == [
        epoch.val_loss for epoch in alone.history
    ]


def test_each_member_has_weights_and_validation_rows_of_its_own():
    run = trained(recipe=THREE)
    assert len({one.tobytes() for one in weights(run)}) == 3
    kept = [set(one.rows.validation.tolist()) for one in run.members]
    assert {len(rows) for rows in kept} == {9}
    assert len(kept[0] | kept[1] | kept[2]) > 18


def test_no_member_learns_from_rows_for_the_test():
    run = trained(recipe=THREE)
    tested = set(run.rows.test.tolist())
    for member in run.members:
        assert member.rows.test.tolist() == run.rows.test.tolist()
        used = np.concatenate([member.rows.train, member.rows.validation]).tolist()
        assert sorted(used) == sorted(set(range(90)) - tested)


def test_members_keep_groups_together():
    data = shoppers(kinds={"town": "category"})
    recipe = replace(OF_PEOPLE, members=3, split=GroupSplit("town"))
    run = trained(network=NETWORK, data=data, recipe=recipe)
    towns = data.column("town")
    for member in run.members:
        learnt, kept = (set(towns[rows]) for rows in member.rows[:2])
        assert not learnt & kept


def test_parts_that_were_given_are_kept_by_all_members():
    parts = blobs().split(seed=5)
    run = trained(data=parts, recipe=THREE)
    assert len({one.tobytes() for one in weights(run)}) == 3
    assert all(
        one.rows.validation.tolist() == parts.validation.rows.tolist()
        for one in run.members
    )


def test_without_validation_members_differ_by_their_draws_alone():
    run = trained(data=Parts(blobs(), None, None), recipe=THREE)
    assert [one.rows.validation for one in run.members] == [None] * 3
    assert len({one.tobytes() for one in weights(run)}) == 3


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_any_number_of_threads_gives_the_same_members(engine):
    runs = [
        trained(recipe=THREE, data=slopes(), network=None, engine=engine, threads=count)
        for count in (1, 2, 7)
    ]
    for run in runs[1:]:
        for ours, theirs in zip(run.members, runs[0].members, strict=True):
            np.testing.assert_equal(ours.parameters, theirs.parameters)


def test_a_folder_brings_all_members_back(folder):
    loaded, run = Run.load(folder), trained(recipe=THREE)
    assert loaded.is_finished
    for ours, theirs in zip(loaded.members, run.members, strict=True):
        np.testing.assert_equal(ours.parameters, theirs.parameters)
        assert ours.rows.validation.tolist() == theirs.rows.validation.tolist()


@pytest.mark.parametrize("epoch", [1, 4])
def test_members_that_were_stopped_go_on_to_the_same_bits(tmp_path, folder, epoch):
    def stop(event):
        if isinstance(event, EpochEnded) and event.epoch.epoch == epoch:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"go on with ranvier\.resume"):
        trained(tmp_path, recipe=THREE, on_event=stop)
    resumed, whole = resume(tmp_path, blobs()), Run.load(folder)
    for ours, theirs in zip(resumed.members, whole.members, strict=True):
        np.testing.assert_equal(ours.parameters, theirs.parameters)


def test_members_stop_each_in_its_own_time(tmp_path):
    rule = EarlyStopping(patience=1)
    recipe = replace(THREE, optimizer=SGD(0.9), epochs=60, stopping=rule)
    run = trained(tmp_path, recipe=recipe)
    lengths = [len(member.history) for member in run.members]
    assert len(set(lengths)) > 1
    assert run.is_finished
    assert run.seconds >= max(sum(e.seconds for e in m.history) for m in run.members)


def test_a_run_goes_on_with_all_members(tmp_path):
    trained(tmp_path, recipe=replace(THREE, epochs=2))
    run = resume(tmp_path, blobs(), epochs=4)
    assert [len(member.history) for member in run.members] == [4, 4, 4]


def test_a_member_that_diverges_is_named(tmp_path, monkeypatch):
    said = iter([None, "the loss"])
    monkeypatch.setattr(learner, "broken_in", lambda *_: next(said))
    with pytest.raises(DivergedError, match="member 2 diverged in epoch 1: the loss"):
        trained(tmp_path, recipe=replace(THREE, members=2), threads=1)
    assert Run.load(tmp_path).failure.startswith("member 2 diverged")
