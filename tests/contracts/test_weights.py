"""A row of weight 2 is the row twice, a row of weight 0 is not there."""

import numpy as np
import pytest

from ranvier.errors import DataError
from ranvier.recipe import LOSSES, BinaryCrossEntropy
from tests.support.matching import (
    assert_answers_match,
    assert_gradients_match,
    assert_training_matches,
)
from tests.support.pairs import OUTPUTS
from tests.support.problems import problem
from tests.support.tolerance import (
    assert_all_close,
    assert_number_close,
    reduction_length,
)

ROWS, BATCH = 20, 6
every_output = pytest.mark.parametrize(("output", "loss"), OUTPUTS)


def weighted(weights, **options):
    setting = problem(rows=ROWS, batch=BATCH, **options)
    array = np.asarray(weights, np.float32)
    return setting.with_(samples=setting.samples._replace(weights=array))


def some(seed=0):
    """Return weights, some of them zero, of which sums are exact."""
    return np.random.default_rng(seed).integers(0, 5, ROWS) / 4


@every_output
def test_weighted_answers_gradients_and_trainings_match(engine, output, loss):
    setting = weighted(some(), output=output, loss=loss)
    assert_answers_match(engine, setting)
    assert_gradients_match(engine, setting)
    assert_training_matches(engine, setting)


@pytest.mark.parametrize("loss", LOSSES)
def test_weight_2_is_the_row_twice(engine, loss):
    output = (LOSSES[loss].outputs or ("identity",))[0]
    twice = np.where(np.arange(ROWS) % 3, 1, 2)
    setting = weighted(twice, output=output, loss=loss)
    repeated = problem(rows=ROWS, output=output, loss=loss)
    rows = np.repeat(setting.rows, twice[setting.rows])
    repeated = repeated.with_(rows=rows.astype(np.uint32))
    length = reduction_length(setting.network, len(rows))
    program = setting.program(engine)
    actual = program.evaluate(setting.samples, setting.rows)
    expected = program.evaluate(repeated.samples, repeated.rows)
    assert_number_close(actual.loss, expected.loss, length)
    assert actual.accuracy == expected.accuracy
    assert_all_close(
        program.gradients(setting.samples, setting.rows),
        program.gradients(repeated.samples, repeated.rows),
        length,
    )


@every_output
def test_weight_0_is_the_row_absent(engine, output, loss):
    setting = weighted(np.arange(ROWS) % 2, output=output, loss=loss)
    present = setting.rows[setting.rows % 2 == 1]
    length = reduction_length(setting.network, ROWS)
    program = setting.program(engine)
    plain = setting.samples._replace(weights=None)
    actual = program.evaluate(setting.samples, setting.rows)
    expected = program.evaluate(plain, present)
    assert_number_close(actual.loss, expected.loss, length)
    assert actual.accuracy == expected.accuracy
    assert_all_close(
        program.gradients(setting.samples, setting.rows),
        program.gradients(plain, present),
        length,
    )


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_batch_without_weight_makes_no_step_and_counts_nothing(engine, optimizer):
    setting = weighted(np.ones(ROWS), optimizer=optimizer)
    setting = setting.with_(rows=np.arange(ROWS, dtype=np.uint32))
    setting.samples.weights[BATCH : 2 * BATCH] = 0
    program = setting.program(engine)
    statistics = setting.epoch(program)
    assert program.state()["steps"].tolist() == [3]
    others = np.delete(setting.rows, slice(BATCH, 2 * BATCH))
    without = setting.with_(rows=others)
    expected = without.program(engine)
    assert statistics == without.epoch(expected)
    for name, values in expected.parameters().items():
        np.testing.assert_array_equal(program.parameters()[name], values)


def test_gradients_of_many_rows_weigh_each_of_them(engine):
    setting = problem(rows=500)
    weights = np.where(np.arange(500) < 100, 3, 0.25).astype(np.float32)
    samples = setting.samples._replace(weights=weights)
    assert_gradients_match(engine, setting.with_(samples=samples))


@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy"])
def test_a_row_of_weight_0_may_hold_anything(engine, loss):
    output = (LOSSES[loss].outputs or ("tanh",))[0]
    weights = some()
    setting = weighted(weights, output=output, loss=loss, values=True)
    spoilt = setting.samples.inputs.astype(np.float32)
    targets = setting.samples.targets.copy()
    spoilt[weights == 0] = targets[weights == 0] = np.nan
    samples = setting.samples._replace(inputs=spoilt, targets=targets)
    program = setting.program(engine)
    statistics = setting.with_(samples=samples).epoch(program)
    assert statistics.failure is None
    assert all(np.isfinite(array).all() for array in program.parameters().values())


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(3, np.float32), r"weights are float32 of shape \(3,\), 20 rows need"),
        (np.ones(ROWS), r"weights are float64 .*float32 of shape \(20,\); give one we"),
        (np.full(ROWS, -1, np.float32), "weights run from -1 to -1; give finite ones"),
        (np.full(ROWS, np.nan, np.float32), "weights run from nan to nan; give finite"),
        (np.zeros(ROWS, np.float32), "run from 0 to 0; .* at least one above zero"),
    ],
)
def test_weights_that_mean_nothing_are_refused(engine, weights, message):
    setting = problem(rows=ROWS)
    samples = setting.samples._replace(weights=weights)
    with pytest.raises(DataError, match=message):
        setting.program(engine).evaluate(samples, setting.rows)


def labelled(**options):
    """Return rows with labels that weigh something each, and rows that do too."""
    setting = weighted(
        some(),
        output="sigmoid",
        loss=BinaryCrossEntropy(label_smoothing=0.1),
        values=True,
        **options,
    )
    random = np.random.default_rng(4)
    of_labels = random.integers(0, 9, (2, setting.network.output_shape[0])) / 4
    samples = setting.samples._replace(label_weights=of_labels.astype(np.float32))
    return setting.with_(samples=samples)


@pytest.mark.parametrize("outputs", [2, 4, 37])
def test_answers_gradients_and_trainings_with_weighted_labels_match(engine, outputs):
    setting = labelled(outputs=outputs)
    assert_answers_match(engine, setting)
    assert_gradients_match(engine, setting)
    assert_training_matches(engine, setting)


def test_lbfgs_learns_from_weighted_labels(engine):
    setting = labelled(optimizer="lbfgs")
    plain = setting.with_(samples=setting.samples._replace(label_weights=None))
    losses = [one.epoch(one.program(engine)).loss for one in (setting, plain)]
    program = setting.program(engine)
    assert losses[0] == program.evaluate(setting.samples, setting.rows).loss
    assert losses[0] != losses[1]


def test_labels_that_weigh_one_are_labels_without_weights(engine):
    setting = labelled()
    ones = np.ones_like(setting.samples.label_weights)
    once = setting.with_(samples=setting.samples._replace(label_weights=ones))
    plain = setting.with_(samples=setting.samples._replace(label_weights=None))
    length = reduction_length(setting.network, ROWS)
    actual, expected = (
        one.program(engine).gradients(one.samples, one.rows) for one in (once, plain)
    )
    assert_all_close(actual, expected, length)
