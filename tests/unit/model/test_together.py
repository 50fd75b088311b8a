from dataclasses import replace

import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.engine.choose import choose
from ranvier.engine.contract import Decode, Samples
from ranvier.engine.parameters import initial_parameters
from ranvier.model import Model
from ranvier.model.together import evaluation
from ranvier.model.unseen import unseen
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from tests.support.learning import RECIPE, blobs, slopes, trained

THREE = replace(RECIPE, members=3)
LINE = Network([Dense(2)])


def alone(run, number):
    return Model.from_run(replace(run.members[number], others=[]))


@pytest.fixture(scope="module")
def run():
    return trained(recipe=THREE)


def test_the_answer_is_the_mean_of_the_members(run):
    rows = blobs().inputs
    said = [alone(run, number).predict_proba(rows) for number in range(3)]
    ours = Model.from_run(run).predict_proba(rows)
    np.testing.assert_allclose(ours, np.mean(said, axis=0), atol=1e-7)
    assert (ours != said[0]).any()


def test_numbers_are_the_mean_of_the_members():
    run = trained(data=slopes(), network=LINE, recipe=THREE)
    rows = slopes().inputs
    said = [alone(run, number).predict(rows) for number in range(3)]
    ours = Model.from_run(run).predict(rows)
    np.testing.assert_allclose(ours, np.mean(said, axis=0), rtol=1e-5, atol=1e-6)


def test_a_file_brings_all_members_back(run, tmp_path):
    model = Model.from_run(run)
    model.save(tmp_path / "model.safetensors")
    again = Model.load(tmp_path / "model.safetensors")
    assert len(again.members) == 3
    rows = blobs().inputs
    assert again.predict_proba(rows).tobytes() == model.predict_proba(rows).tobytes()


def test_the_parameters_of_all_members_are_counted(run):
    size = run.network.size
    assert f"{3 * size} parameters" in repr(Model.from_run(run))


@pytest.mark.parametrize(
    ("loss", "activation"),
    [
        ("cross_entropy", "softmax"),
        ("focal", "softmax"),
        ("mse", "sigmoid"),
        ("binary_cross_entropy", "sigmoid"),
        ("huber", "identity"),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_outputs_are_judged_as_a_program_judges_them(loss, activation, weighted):
    network = Network([Dense(4, "tanh"), Dense(3, activation)], (2,))
    recipe, random = Recipe(loss=loss), np.random.default_rng(0)
    decode = Decode(np.ones(2, np.float32), np.zeros(2, np.float32))
    engine = choose("reference").engine
    program = engine.program(network, recipe, decode, initial_parameters(network, 0))
    samples = Samples(
        random.normal(size=(20, 2)).astype(np.float32),
        random.integers(0, 3, 20).astype(np.int32),
        random.random(20).astype(np.float32) if weighted else None,
    )
    outputs = program.predict(samples.inputs)
    ours = evaluation(network, recipe, samples, outputs)
    theirs = program.evaluate(samples, np.arange(20, dtype=np.uint32))
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-5)
    assert ours.accuracy == pytest.approx(theirs.accuracy)


def test_members_are_scored_by_their_mean(run):
    data = blobs(seed=4)
    model = Model.from_run(run)
    chances = model.predict_proba(data.inputs)
    truth = data.targets
    scores = model.evaluate(data)
    surely = -np.log(chances[np.arange(len(data)), truth]).mean()
    assert scores.loss == pytest.approx(surely, rel=1e-5)
    assert scores.accuracy == pytest.approx((chances.argmax(1) == truth).mean())


def test_validation_rows_are_judged_by_members_that_keep_them(run):
    judged = unseen(run, blobs())
    kept = [set(one.rows.validation.tolist()) for one in run.members]
    assert set(judged.data.rows.tolist()) == kept[0] | kept[1] | kept[2]
    for row, said in zip(judged.data.rows.tolist(), judged.outputs, strict=True):
        members = [number for number in range(3) if row in kept[number]]
        every = [alone(run, one).outputs(blobs().at([row]))[0] for one in members]
        np.testing.assert_allclose(said, np.mean(every, axis=0), atol=1e-6)


def test_without_validation_rows_there_is_nothing_unseen():
    run = trained(recipe=replace(THREE, validation=0, epochs=1))
    assert unseen(run, blobs()) is None


def test_a_model_is_calibrated_by_what_is_unseen():
    data = blobs(900)
    run = trained(data=data, recipe=replace(THREE, validation=0.5))
    judged = unseen(run, data)
    model = Model.from_run(run)
    calibrated = model.calibrated(*judged)
    assert calibrated.temperature not in (1, model.calibrated(data).temperature)
    assert calibrated.predict(data.inputs).tolist() == (
        model.predict(data.inputs).tolist()
    )
    assert Model.from_run(run, data).temperature == calibrated.temperature


def test_one_network_is_unseen_by_its_validation_part():
    run = trained()
    judged = unseen(run, blobs())
    assert judged.data.rows.tolist() == run.rows.validation.tolist()
    own = Model.from_run(run).outputs(run.parts(blobs()).validation)
    np.testing.assert_array_equal(judged.outputs, own)


def test_rows_of_weight_0_do_not_count():
    data = from_arrays([[0.0], [1.0], [2.0], [3.0]] * 8, ["a", "b", "b", "b"] * 8)
    weights = np.tile([0.0, 1, 1, 1], 8)
    run = trained(data=data, network=Network([Dense(2, "softmax")]), recipe=THREE)
    model = Model.from_run(run)
    weighed = model.evaluate(data.with_weights(weights))
    only = model.evaluate(data.take(np.flatnonzero(weights)))
    assert weighed.loss == pytest.approx(only.loss)
