import numpy as np

from ranvier.engine.reference import ReferenceEngine
from ranvier.engine.reference.program import CHUNK
from ranvier.network import Dense, Network
from tests.support.problems import problem

ENGINE = ReferenceEngine()


def test_weights_are_kept_in_float64_within_an_epoch():
    program = problem().trained(ENGINE)
    precise, rounded = program.precise_parameters(), program.parameters()
    assert precise["dense_1.weight"].dtype == np.float64
    assert rounded["dense_1.weight"].dtype == np.float32
    assert (precise["dense_1.weight"] != rounded["dense_1.weight"]).any()


def test_precise_weights_are_copies():
    program = problem().program(ENGINE)
    program.precise_parameters()["dense_1.bias"].fill(7)
    assert not (program.precise_parameters()["dense_1.bias"] == 7).any()


def test_an_epoch_starts_from_what_was_saved():
    setting = problem(optimizer="momentum")
    straight = setting.trained(ENGINE, epochs=2)
    halfway = setting.trained(ENGINE)
    resumed = setting.with_(parameters=halfway.parameters()).program(ENGINE)
    resumed.load_state(halfway.state())
    setting.epoch(resumed)
    np.testing.assert_array_equal(
        resumed.precise_parameters()["dense_1.weight"],
        straight.precise_parameters()["dense_1.weight"],
    )


def test_evaluation_in_chunks_is_the_mean_over_all_rows():
    setting = problem(rows=CHUNK + 3)
    program = setting.program(ENGINE)
    rows = [
        program.evaluate(setting.samples, setting.rows[i : i + 1]) for i in range(5)
    ]
    five = program.evaluate(setting.samples, setting.rows[:5])
    whole = program.evaluate(setting.samples, setting.rows)
    parts = [
        program.evaluate(setting.samples, part)
        for part in (setting.rows[:CHUNK], setting.rows[CHUNK:])
    ]
    # a sum of a thousand float64
    np.testing.assert_allclose(five.loss, np.mean([row.loss for row in rows]), 1e-13)
    np.testing.assert_allclose(
        whole.loss,
        (parts[0].loss * CHUNK + parts[1].loss * 3) / (CHUNK + 3),
        rtol=1e-13,
    )


def test_predictions_in_chunks_keep_their_order():
    setting = problem(rows=CHUNK + 3)
    program = setting.program(ENGINE)
    np.testing.assert_array_equal(
        program.predict(setting.samples.inputs)[CHUNK:],
        program.predict(setting.samples.inputs[CHUNK:]),
    )


def test_raw_inputs_are_scaled_and_shifted():
    setting = problem(units=None, inputs=1, outputs=1, output="identity", pixels=True)
    decode = setting.decode._replace(
        scale=np.array([0.5], np.float32), shift=np.array([-3], np.float32)
    )
    weights = {
        "dense_1.weight": np.ones((1, 1), np.float32),
        "dense_1.bias": np.zeros(1, np.float32),
    }
    program = setting.with_(decode=decode, parameters=weights).program(ENGINE)
    assert program.predict(np.array([[255]], np.uint8)) == 255 * 0.5 - 3


def test_learning_brings_the_loss_down():
    setting = problem(rows=60, optimizer="adam")
    program = setting.program(ENGINE)
    losses = [setting.epoch(program).loss for _ in range(20)]
    assert losses[-1] < losses[0] / 2


def test_a_network_without_hidden_layers_learns_a_line():
    network = Network([Dense(1)], 1)
    setting = problem(units=None, inputs=1, outputs=1, output="identity", values=True)
    setting.samples.targets[:] = 3 * setting.samples.inputs + 2
    ones = setting.decode._replace(
        scale=np.ones(1, np.float32), shift=np.zeros(1, np.float32)
    )
    setting = setting.of_network(network).with_(decode=ones, rate=0.1)
    parameters = setting.trained(ENGINE, epochs=100).parameters()
    np.testing.assert_allclose(parameters["dense_1.weight"], 3, rtol=1e-5)
    np.testing.assert_allclose(parameters["dense_1.bias"], 2, rtol=1e-5)
