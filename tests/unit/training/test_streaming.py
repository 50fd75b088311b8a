import math
from dataclasses import replace

import numpy as np
import pytest

from ranvier.data import Encoder, from_frame
from ranvier.engine.contract import EpochStatistics, Evaluation, Failure
from ranvier.errors import DescriptionError
from ranvier.recipe import OPTIMIZERS
from ranvier.training import find_learning_rate, resume, train
from ranvier.training.portion import portion
from ranvier.training.streaming import judge, learn
from tests.support.folders import left_in
from tests.support.people import NETWORK, RECIPE, VALUES, people, shoppers, spenders

LITTLE = "20kB"  # room for three batches of people at a time
ROUNDED = ("lbfgs", "schedule_free")  # lbfgs takes all rows at once


@pytest.fixture
def little(monkeypatch):
    """Return a function after which there is room for so much."""
    return lambda room=LITTLE: monkeypatch.setenv("RANVIER_MEMORY", room)


def streamed(data=None, weights=None):
    """Return the encoded people as a portion; with LITTLE room in blocks."""
    return portion(in_numbers(data or shoppers()), weights)


def in_numbers(data):
    parts = data.split(validation=0, test=0)
    return Encoder.fit(parts.train).encoded_parts(parts).train


class Program:
    """Remember what it is given, and give back figures of that."""

    def __init__(self, failing=None):
        self.steps, self.failing = [], failing

    def epoch(self, samples, rows, learning_rates):
        self.steps.append((samples.targets[rows].tolist(), learning_rates.tolist()))
        failure = None
        if len(self.steps) == self.failing:
            failure = Failure(1, "dense_1")
        figure = float(len(self.steps))
        return EpochStatistics(figure, figure / 10, {"dense_1": figure}, failure)

    def evaluate(self, samples, rows):
        self.steps.append(len(rows))
        return Evaluation(float(len(self.steps)), None)


def rates(rows, size):
    return np.arange(math.ceil(rows / size), dtype=np.float32)


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name not in ROUNDED])
def test_rows_in_blocks_give_the_same_bits(little, name):
    recipe = replace(RECIPE, optimizer=name, average=0.9 if name == "adam" else None)
    whole = train(NETWORK, shoppers(), recipe, folder=None)
    little()
    run = train(NETWORK, shoppers(), recipe, folder=None)
    np.testing.assert_equal(run.parameters, whole.parameters)
    for ours, theirs in zip(run.history, whole.history, strict=True):
        assert ours.loss == pytest.approx(theirs.loss, rel=1e-12)
        assert ours.accuracy == pytest.approx(theirs.accuracy, rel=1e-12)
        assert ours.val_loss == pytest.approx(theirs.val_loss, rel=1e-12)
        assert ours.val_accuracy == pytest.approx(theirs.val_accuracy, rel=1e-12)


@pytest.mark.parametrize(
    ("engine", "optimizer"), [("native", "schedule_free"), ("reference", "adam")]
)
def test_what_is_rounded_between_blocks_is_nearly_the_same(little, engine, optimizer):
    recipe = replace(RECIPE, optimizer=optimizer)
    whole = train(VALUES, spenders(), recipe, folder=None, engine=engine)
    little()
    run = train(VALUES, spenders(), recipe, folder=None, engine=engine)
    assert run.history[-1].loss == pytest.approx(whole.history[-1].loss, rel=1e-4)


def test_any_number_of_threads_gives_the_same_bits(little):
    little()
    one, two = (
        train(NETWORK, shoppers(), RECIPE, folder=None, threads=threads)
        for threads in (1, 2)
    )
    np.testing.assert_equal(one.parameters, two.parameters)
    assert [epoch.loss for epoch in one.history] == [e.loss for e in two.history]


def test_a_run_in_blocks_is_resumed_to_the_same_bits(little, tmp_path):
    little()
    train(NETWORK, shoppers(), RECIPE, folder=tmp_path / "whole")
    train(NETWORK, shoppers(), replace(RECIPE, epochs=2), folder=tmp_path / "part")
    resume(tmp_path / "part", shoppers(), epochs=RECIPE.epochs)
    assert left_in(tmp_path / "part") == left_in(tmp_path / "whole")


def test_an_epoch_says_how_long_it_waited_for_rows(little):
    ready = train(NETWORK, shoppers(), RECIPE, folder=None)
    assert {epoch.waited for epoch in ready.history} == {None}
    little()
    run = train(NETWORK, shoppers(), RECIPE, folder=None)
    assert all(0 < epoch.waited < epoch.seconds for epoch in run.history)


def test_a_learning_rate_is_found_in_blocks(little):
    data = from_frame(people(2000).drop("spent"), "bought")
    whole = find_learning_rate(NETWORK, data, RECIPE)
    little()
    found = find_learning_rate(NETWORK, data, RECIPE)
    assert found.suggestion == whole.suggestion


def test_an_optimizer_that_needs_all_rows_at_once_is_refused(little):
    little()
    with pytest.raises(DescriptionError, match=r"lbfgs learns from all 160 rows at on"):
        train(NETWORK, shoppers(), replace(RECIPE, optimizer="lbfgs"), folder=None)


def test_every_batch_is_learnt_once_at_its_own_rate(little):
    little()
    train, program = streamed(), Program()
    learn(program, train, train.rows, rates(200, 16), 16)
    seen = [target for targets, _ in program.steps for target in targets]
    assert seen == train.samples.targets.tolist()
    assert [rate for _, given in program.steps for rate in given] == list(range(13))
    assert {len(targets) % 16 for targets, _ in program.steps[:-1]} == {0}
    assert len(program.steps) > 2


def test_means_count_blocks_by_what_their_rows_weigh(little):
    little()
    weights = np.ones(200, np.float32)
    weights[:16] = 3
    train, program = streamed(weights=weights), Program()
    statistics, _ = learn(program, train, train.rows, rates(200, 16), 16)
    sizes = [len(targets) for targets, _ in program.steps]
    sizes[0] += 2 * 16
    figures = np.arange(1, len(sizes) + 1)
    assert statistics.loss == pytest.approx(np.average(figures, weights=sizes))
    assert statistics.accuracy == pytest.approx(statistics.loss / 10)
    assert statistics.gradient_norms == {"dense_1": figures.mean()}


def test_blocks_of_nothing_but_weightless_rows_are_left_out(little):
    little()
    weights = np.ones(200, np.float32)
    weights[:100] = 0
    train, program = streamed(weights=weights), Program()
    learn(program, train, train.rows, rates(200, 16), 16)
    assert len(program.steps[0][0]) < 100 < sum(len(one) for one, _ in program.steps)
    assert program.steps[-1][1][-1] == 12


def test_a_failure_names_its_step_in_the_epoch(little):
    little()
    train, program = streamed(), Program(failing=3)
    statistics, _ = learn(program, train, train.rows, rates(200, 16), 16)
    before = sum(len(given) for _, given in program.steps[:2])
    assert statistics.failure == Failure(before + 1, "dense_1")
    assert (len(program.steps), statistics.loss) == (3, 1.5)


def test_a_part_is_judged_by_all_its_rows(little):
    little()
    program = Program()
    evaluation, waited = judge(program, streamed())
    figures = np.arange(1, len(program.steps) + 1)
    assert sum(program.steps) == 200
    assert evaluation.loss == pytest.approx(np.average(figures, weights=program.steps))
    assert (evaluation.accuracy, waited > 0) == (None, True)


def test_rows_that_lie_ready_are_one_block(little):
    program, train = Program(), streamed()
    statistics, waited = learn(program, train, train.rows, rates(200, 16), 16)
    assert (len(program.steps), statistics.loss, waited) == (1, 1.0, None)
    assert judge(program, train) == (Evaluation(2.0, None), None)


def test_statistics_are_read_at_the_same_steps_where_there_is_room(little):
    whole = train_rows(little, "1GB")
    assert [len(cut) for cut in whole] == [2000]
    width = Encoder.fit(from_frame(people(2000).drop("spent"), "bought")).size
    blocks = train_rows(little, str(14 * 70 * 2 * width * 4))
    assert {len(cut) for cut in blocks[:-1]} == {64 * 2}


def train_rows(little, room):
    little(room)
    rows = streamed(from_frame(people(2000).drop("spent"), "bought"))
    return list(rows.cut(rows.rows, 2))


def test_members_share_the_room_for_blocks(little):
    recipe = replace(RECIPE, members=2)
    whole = train(NETWORK, shoppers(), recipe, folder=None)
    little()
    run = train(NETWORK, shoppers(), recipe, folder=None)
    for ours, theirs in zip(run.members, whole.members, strict=True):
        np.testing.assert_equal(ours.parameters, theirs.parameters)
    alone, beside = (portion(in_numbers(shoppers()), None, count) for count in (1, 2))
    assert beside.samples.inputs.room == alone.samples.inputs.room // 2 > 0


def test_layers_are_looked_at_in_blocks_too(little):
    whole = train(NETWORK, shoppers(), RECIPE, folder=None)
    little()
    run = train(NETWORK, shoppers(), RECIPE, folder=None)
    assert run.history[0].layers == whole.history[0].layers
