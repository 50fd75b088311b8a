"""What every engine's program promises, whatever it computes."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ranvier.engine.contract import Decode, Samples
from ranvier.errors import DataError, DescriptionError, RanvierError
from ranvier.recipe import OPTIMIZERS
from tests.support.problems import problem
from tests.support.tolerance import assert_same_bits

every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)
NO_ROWS = np.array([], np.uint32)


def everything(program, setting):
    """Return all that a program can tell, as bytes of arrays by name."""
    evaluation = program.evaluate(setting.samples, setting.rows)
    gradients = program.gradients(setting.samples, setting.rows)
    return (
        program.parameters()
        | program.state()
        | {f"{name}.gradient": array for name, array in gradients.items()}
        | {"outputs": program.predict(setting.samples.inputs)}
        | {"evaluation": np.array(evaluation, float)}
    )


@pytest.mark.parametrize("threads", [2, 3, 8])
@pytest.mark.parametrize("pixels", [0, 1], ids=["float32", "uint8"])
@pytest.mark.parametrize(
    "sizes",
    [
        {"inputs": 10, "units": 7, "batch": 6},
        {"inputs": 129, "units": 127, "batch": 65},
        {"inputs": 784, "units": 300, "batch": 128},
    ],
    ids=["small", "odd", "large"],
)
def test_any_number_of_threads_gives_the_same_bits(engine, sizes, pixels, threads):
    rows = 3 * sizes["batch"] - 5
    setting = problem(rows=rows, pixels=pixels, optimizer="adam", **sizes)
    assert_same_bits(
        everything(setting.trained(engine, threads=threads), setting),
        everything(setting.trained(engine, threads=1), setting),
    )


@every_optimizer
def test_threads_do_not_change_the_bits_of_any_optimizer(engine, optimizer):
    setting = problem(inputs=130, units=129, rows=70, batch=33, optimizer=optimizer)
    assert_same_bits(
        everything(setting.trained(engine, threads=3), setting),
        everything(setting.trained(engine, threads=1), setting),
    )


@pytest.mark.parametrize("threads", [1, 3])
def test_statistics_have_the_same_bits_for_any_number_of_threads(engine, threads):
    setting = problem(inputs=129, units=127, rows=140, batch=65)
    first = setting.epoch(setting.program(engine))
    assert setting.epoch(setting.program(engine, threads)) == first


@every_optimizer
def test_a_reloaded_training_continues_to_the_same_bits(engine, optimizer):
    setting = problem(optimizer=optimizer)
    straight = setting.trained(engine, epochs=3)
    halfway = setting.trained(engine, epochs=1)
    resumed = setting.program(engine)
    resumed.load_parameters(halfway.parameters())
    resumed.load_state(halfway.state())
    statistics = [setting.epoch(resumed) for _ in range(2)]
    assert_same_bits(everything(resumed, setting), everything(straight, setting))
    assert statistics[-1] == setting.epoch(setting.trained(engine, epochs=2))


@every_optimizer
def test_weights_and_state_survive_the_way_to_any_other_engine(
    engine, reference, optimizer
):
    setting = problem(optimizer=optimizer)
    source, target = setting.trained(reference), setting.program(engine)
    target.load_parameters(source.parameters())
    target.load_state(source.state())
    assert_same_bits(target.parameters(), source.parameters())
    assert_same_bits(target.state(), source.state())


@every_optimizer
def test_a_new_program_has_zero_state_and_no_steps(engine, optimizer):
    setting = problem(optimizer=optimizer)
    state = setting.program(engine).state()
    assert state["steps"].dtype == np.int64
    assert all(not array.any() for array in state.values())


def test_steps_count_every_batch(engine):
    setting = problem(rows=20, batch=6)
    assert setting.trained(engine, epochs=3).state()["steps"].tolist() == [12]


def test_evaluating_predicting_and_asking_for_gradients_learn_nothing(engine):
    setting = problem(optimizer="adam")
    program = setting.trained(engine)
    parameters, state = program.parameters(), program.state()
    everything(program, setting)
    assert_same_bits(program.parameters(), parameters)
    assert_same_bits(program.state(), state)


def test_gradients_do_not_disturb_the_training_that_follows(engine):
    setting = problem(optimizer="momentum")
    program = setting.trained(engine)
    program.gradients(setting.samples, setting.rows)
    setting.epoch(program)
    assert_same_bits(
        program.parameters(), setting.trained(engine, epochs=2).parameters()
    )


@pytest.mark.parametrize("kind", ["parameters", "state"])
def test_what_a_program_hands_out_are_copies(engine, kind):
    setting = problem(optimizer="adam")
    program = setting.trained(engine)
    before = everything(program, setting)
    for array in getattr(program, kind)().values():
        array.fill(7)
    assert_same_bits(everything(program, setting), before)


def test_what_a_program_is_given_is_copied(engine):
    setting = problem()
    given = {name: array.copy() for name, array in setting.parameters.items()}
    program = setting.with_(parameters=given).program(engine)
    for array in given.values():
        array.fill(7)
    assert_same_bits(program.parameters(), setting.parameters)


def test_data_may_be_read_only(engine):
    setting = problem()
    for array in (*setting.samples[:2], setting.rows, *setting.parameters.values()):
        array.flags.writeable = False
    assert setting.epoch(setting.program(engine)).failure is None


def test_one_answer_does_not_depend_on_the_others(engine):
    setting = problem(rows=40)
    program = setting.program(engine)
    together = program.predict(setting.samples.inputs)
    np.testing.assert_array_equal(
        program.predict(setting.samples.inputs[7:8]), together[7:8]
    )


def test_predicting_no_rows_gives_no_answers(engine):
    setting = problem()
    assert setting.program(engine).predict(setting.samples.inputs[:0]).shape == (0, 4)


@pytest.mark.parametrize("call", ["epoch", "evaluate", "gradients"])
def test_no_rows_are_refused(engine, call):
    setting = problem()
    rates = [np.array([], np.float32)] if call == "epoch" else []
    with pytest.raises(DataError, match="there are no rows"):
        getattr(setting.program(engine), call)(setting.samples, NO_ROWS, *rates)


def test_a_row_out_of_reach_is_refused(engine):
    setting = problem(rows=20)
    with pytest.raises(DataError, match="row 20 is asked of 20 inputs"):
        setting.program(engine).evaluate(setting.samples, np.array([20], np.uint32))


def test_a_class_without_an_output_is_refused(engine):
    setting = problem(outputs=4, rows=20)
    samples = Samples(setting.samples.inputs, np.full(20, 4, np.int32))
    with pytest.raises(DataError, match="class numbers run from 4 to 4"):
        setting.program(engine).evaluate(samples, setting.rows)


def test_inputs_of_another_width_are_refused(engine):
    setting = problem(inputs=10)
    with pytest.raises(DataError, match=r"the network needs .* \(rows, 10\)"):
        setting.program(engine).predict(np.zeros((3, 9), np.float32))


def test_a_decode_of_another_width_is_refused(engine):
    setting = problem(inputs=10)
    narrow = Decode(np.ones(9, np.float32), np.zeros(9, np.float32))
    with pytest.raises(RanvierError, match="scale"):
        setting.with_(decode=narrow).program(engine)


def test_too_few_learning_rates_are_refused(engine):
    setting = problem(rows=20, batch=6)
    with pytest.raises(DataError, match="give one float32 rate a step"):
        setting.program(engine).epoch(
            setting.samples, setting.rows, np.ones(3, np.float32)
        )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(engine, value):
    setting = problem()
    broken = setting.parameters | {"dense_2.bias": np.full(4, value, np.float32)}
    with pytest.raises(DescriptionError, match=r"dense_2\.bias holds values"):
        setting.program(engine).load_parameters(broken)


def test_the_state_of_another_optimizer_is_refused(engine):
    state = problem(optimizer="adam").program(engine).state()
    with pytest.raises(DescriptionError, match="same network and optimizer"):
        problem(optimizer="momentum").program(engine).load_state(state)


def test_control_c_ends_an_epoch_at_once(engine):
    setting = problem(inputs=784, units=64, rows=2000, batch=1)
    setting = setting.with_(rows=np.tile(setting.rows, 500))
    program, struck = setting.program(engine), []

    def strike():
        struck.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(0.2, strike).start()
    with pytest.raises(KeyboardInterrupt):
        setting.epoch(program)
    # a tenth of a second is promised; the rest is for a machine that is busy
    assert time.monotonic() - struck[0] < 1.0


def test_several_threads_of_python_may_ask_one_program(engine):
    setting = problem(rows=40)
    program = setting.program(engine)
    inputs = setting.samples.inputs
    expected = [program.predict(inputs[row : row + 8]) for row in range(32)]
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda row: program.predict(inputs[row : row + 8]), range(32))
        )
    for one, other in zip(found, expected, strict=True):
        assert one.tobytes() == other.tobytes()
