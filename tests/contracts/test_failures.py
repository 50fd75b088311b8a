"""Every engine says at which step, and in which layer, numbers stopped being finite."""

import numpy as np
import pytest

from ranvier.engine.contract import Failure
from ranvier.network import ACTIVATIONS, BatchNorm, Dense, LayerNorm, Network
from tests.support.pairs import OUTPUTS
from tests.support.problems import problem
from tests.support.tolerance import assert_same_bits

ROWS, BATCH = 20, 6
IN_ORDER = np.arange(ROWS, dtype=np.uint32)

every_hidden = pytest.mark.parametrize("hidden", ACTIVATIONS)
every_output = pytest.mark.parametrize(("output", "loss"), OUTPUTS)
not_a_number = pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])


def poisoned(value, row, **options):
    """Make a problem in which all inputs of a row are `value`."""
    setting = problem(rows=ROWS, batch=BATCH, **options)
    setting.samples.inputs[row] = value
    return setting.with_(rows=IN_ORDER)


@every_hidden
@every_output
def test_nan_in_an_input_is_found_in_the_first_layer(engine, hidden, output, loss):
    setting = poisoned(np.nan, row=13, hidden=hidden, output=output, loss=loss)
    failure = setting.epoch(setting.program(engine)).failure
    assert failure == Failure(step=2, layer="dense_1")


@every_output
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinity_in_an_input_is_found_in_the_only_layer(engine, value, output, loss):
    setting = poisoned(value, row=0, units=None, output=output, loss=loss)
    setting.samples.targets[:] = [0, 1, 2, 3] * 5
    failure = setting.epoch(setting.program(engine)).failure
    assert failure == Failure(step=0, layer="dense_1")


def test_nan_in_a_target_is_found_in_the_last_layer(engine):
    setting = problem(rows=ROWS, batch=BATCH, values=True, output="identity")
    setting.samples.targets[7, 1] = np.nan
    failure = setting.with_(rows=IN_ORDER).epoch(setting.program(engine)).failure
    assert failure == Failure(step=1, layer="dense_2")


def test_an_overflow_is_found_in_the_layer_where_it_happens(engine):
    setting = problem(rows=BATCH, batch=BATCH, values=True, output="identity")
    setting.samples.inputs[:] = 0
    setting.samples.targets[:] = 1e9
    setting = setting.with_(rate=3e38)
    program = setting.program(engine)
    assert setting.epoch(program).failure is None
    assert setting.epoch(program).failure == Failure(step=0, layer="dense_2")


@pytest.mark.parametrize("layer", [BatchNorm(), LayerNorm()])
@pytest.mark.parametrize("size", [1e25, 1e38])
def test_a_variance_beyond_all_floats_is_found_in_its_layer(engine, layer, size):
    network = Network([layer, Dense(4, "softmax")], (10,))
    setting = problem(rows=ROWS, batch=BATCH).of_network(network)
    setting.samples.inputs[:] *= np.float32(size)
    failure = setting.with_(rows=IN_ORDER).epoch(setting.program(engine)).failure
    assert failure == Failure(step=0, layer=f"{layer.type}_1")


def test_an_epoch_ends_at_the_failure(engine):
    broken = poisoned(np.nan, row=13, optimizer="adam")
    program = broken.program(engine)
    broken.epoch(program)
    before = broken.with_(rows=IN_ORDER[: 2 * BATCH]).trained(engine)
    assert_same_bits(program.parameters(), before.parameters())
    assert_same_bits(program.state(), before.state())


def test_statistics_of_a_broken_epoch_tell_of_the_steps_before(engine):
    broken = poisoned(np.nan, row=13)
    actual = broken.epoch(broken.program(engine))
    before = broken.with_(rows=IN_ORDER[: 2 * BATCH])
    expected = before.epoch(before.program(engine))
    assert actual._replace(failure=None) == expected


@not_a_number
def test_evaluating_what_is_not_finite_gives_a_loss_that_is_not(engine, value):
    setting = poisoned(value, row=3, output="identity", hidden="identity")
    loss = setting.program(engine).evaluate(setting.samples, setting.rows).loss
    assert not np.isfinite(loss)


@not_a_number
@every_hidden
def test_a_row_that_is_not_finite_spoils_no_other_answer(engine, hidden, value):
    clean = problem(rows=ROWS, hidden=hidden)
    inputs = clean.samples.inputs.copy()
    inputs[3] = value
    others = np.arange(ROWS) != 3
    program = clean.program(engine)
    np.testing.assert_array_equal(
        program.predict(inputs)[others], program.predict(clean.samples.inputs)[others]
    )


def test_nan_in_an_input_reaches_the_answer(engine):
    setting = problem(hidden="relu", output="identity")
    inputs = setting.samples.inputs.copy()
    inputs[3, 0] = np.nan
    assert np.isnan(setting.program(engine).predict(inputs)[3]).all()
