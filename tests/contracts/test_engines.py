"""Each engine computes what the reference engine does, at every size and setting."""

import dataclasses

import numpy as np
import pytest

from ranvier.network import ACTIVATIONS
from ranvier.recipe import OPTIMIZERS
from tests.support.pairs import OUTPUTS
from tests.support.problems import problem
from tests.support.tolerance import (
    EPSILON,
    assert_all_close,
    assert_close,
    assert_number_close,
    reduction_length,
)

SIZES = (1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129)

every_size = pytest.mark.parametrize(
    "sizes",
    [
        pytest.param({dimension: size}, id=f"{dimension}={size}")
        for dimension in ("inputs", "units", "outputs", "batch")
        for size in SIZES
    ],
)
every_output = pytest.mark.parametrize(("output", "loss"), OUTPUTS)
every_hidden = pytest.mark.parametrize("hidden", ACTIVATIONS)
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)
pixels = pytest.mark.parametrize("pixels", [False, True], ids=["float32", "uint8"])
values = pytest.mark.parametrize("values", [False, True], ids=["classes", "values"])


def sized(sizes, **options):
    """Make a problem with one awkward size, two full batches and a short one."""
    output = "sigmoid" if sizes.get("outputs") == 1 else "softmax"
    batch = sizes.get("batch", 6)
    rows = 2 * batch + (batch + 1) // 2
    return problem(**{"rows": rows, "output": output, **sizes, **options})


def steady(optimizer, setting, reference):
    """Return the optimizer with an epsilon as large as the gradient, if it has one.

    Without, it divides noise by noise where a gradient is almost zero.
    """
    kind = OPTIMIZERS[optimizer]
    if "epsilon" not in {field.name for field in dataclasses.fields(kind)}:
        return kind()
    gradients = setting.program(reference).gradients(setting.samples, setting.rows)
    return kind(epsilon=max(np.abs(array).max() for array in gradients.values()))


def assert_answers_match(engine, reference, setting):
    ours, truth = setting.program(engine), setting.program(reference)
    length = reduction_length(setting.network)
    inputs = setting.samples.inputs
    assert_close(ours.predict(inputs), truth.predict(inputs), length)
    actual = ours.evaluate(setting.samples, setting.rows)
    expected = truth.evaluate(setting.samples, setting.rows)
    assert_number_close(actual.loss, expected.loss, length)
    assert actual.accuracy == expected.accuracy


def assert_gradients_match(engine, reference, setting):
    actual = setting.program(engine).gradients(setting.samples, setting.rows)
    expected = setting.program(reference).gradients(setting.samples, setting.rows)
    length = reduction_length(setting.network, len(setting.rows))
    assert_all_close(actual, expected, length)


def assert_training_matches(engine, reference, setting, epochs=2):
    ours, truth = setting.program(engine), setting.program(reference)
    length = reduction_length(setting.network, setting.recipe.batch_size)
    length *= epochs * setting.steps
    for _ in range(epochs):
        actual, expected = setting.epoch(ours), setting.epoch(truth)
    assert_number_close(actual.loss, expected.loss, length)
    assert actual.accuracy == expected.accuracy
    assert actual.gradient_norms == pytest.approx(
        expected.gradient_norms, rel=EPSILON * length
    )
    assert actual.failure is None
    assert_all_close(ours.parameters(), truth.precise_parameters(), length)
    assert_states_match(ours.state(), truth.state(), length)


def assert_states_match(actual, expected, length):
    assert actual.pop("steps") == expected.pop("steps")
    slots = {name.rpartition(".")[2] for name in expected}
    for slot in slots:
        assert_all_close(_of(slot, actual), _of(slot, expected), length)
    assert set(actual) == set(expected)


def _of(slot, state):
    return {name: array for name, array in state.items() if name.endswith(f".{slot}")}


@pixels
@every_size
def test_answers_match_at_every_size(engine, reference, sizes, pixels):
    assert_answers_match(engine, reference, sized(sizes, pixels=pixels))


@pixels
@every_size
def test_gradients_match_at_every_size(engine, reference, sizes, pixels):
    assert_gradients_match(engine, reference, sized(sizes, pixels=pixels))


@every_optimizer
@every_size
def test_training_matches_at_every_size(engine, reference, sizes, optimizer):
    setting = sized(sizes)
    chosen = steady(optimizer, setting, reference)
    assert_training_matches(engine, reference, setting.with_optimizer(chosen))


@values
@every_output
@every_hidden
def test_answers_match_for_every_pair(engine, reference, hidden, output, loss, values):
    setting = problem(hidden=hidden, output=output, loss=loss, values=values)
    assert_answers_match(engine, reference, setting)


@values
@every_output
@every_hidden
def test_gradients_match_for_every_pair(
    engine, reference, hidden, output, loss, values
):
    setting = problem(hidden=hidden, output=output, loss=loss, values=values)
    assert_gradients_match(engine, reference, setting)


@every_optimizer
@every_output
@every_hidden
def test_training_matches_for_every_pair(
    engine, reference, hidden, output, loss, optimizer
):
    setting = problem(hidden=hidden, output=output, loss=loss)
    chosen = steady(optimizer, setting, reference)
    assert_training_matches(engine, reference, setting.with_optimizer(chosen))
