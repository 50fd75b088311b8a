"""matching: does an engine compute what the reference engine does?"""

import dataclasses

import numpy as np
import pytest

from ranvier.engine.contract import Arrays, Engine
from ranvier.engine.reference import ReferenceEngine
from ranvier.recipe import OPTIMIZERS, Muon
from tests.support.problems import Problem
from tests.support.tolerance import (
    EPSILON,
    assert_all_close,
    assert_close,
    assert_number_close,
    reduction_length,
)

REFERENCE = ReferenceEngine()


def steady(optimizer: str, setting: Problem) -> object:
    """Return the optimizer with an epsilon as large as the gradient, if it has one.

    Without, it divides noise by noise where a gradient is almost zero.
    """
    kind = OPTIMIZERS[optimizer]
    if kind is Muon:
        return Muon(adamw=steady("adamw", setting))
    if "epsilon" not in {field.name for field in dataclasses.fields(kind)}:
        return kind()
    gradients = setting.program(REFERENCE).gradients(setting.samples, setting.rows)
    return kind(epsilon=max(np.abs(array).max() for array in gradients.values()))


def assert_answers_match(engine: Engine, setting: Problem) -> None:
    """Compare predictions, loss and accuracy before anything is learnt."""
    ours, truth = setting.program(engine), setting.program(REFERENCE)
    length = reduction_length(setting.network)
    inputs = setting.samples.inputs
    assert_close(ours.predict(inputs), truth.predict(inputs), length)
    actual = ours.evaluate(setting.samples, setting.rows)
    expected = truth.evaluate(setting.samples, setting.rows)
    assert_number_close(actual.loss, expected.loss, length)
    assert actual.accuracy == expected.accuracy


def assert_gradients_match(engine: Engine, setting: Problem) -> None:
    """Compare the gradients of all rows, taken as one batch."""
    actual = setting.program(engine).gradients(setting.samples, setting.rows)
    expected = setting.program(REFERENCE).gradients(setting.samples, setting.rows)
    length = reduction_length(setting.network, len(setting.rows))
    assert_all_close(actual, expected, length)


def assert_training_matches(engine: Engine, setting: Problem, epochs: int = 2) -> None:
    """Compare statistics, weights and the optimizer's state after some epochs."""
    ours, truth = setting.program(engine), setting.program(REFERENCE)
    length = reduction_length(setting.network, setting.recipe.batch_size)
    for _ in range(epochs):
        actual, expected = setting.epoch(ours), setting.epoch(truth)
    assert_number_close(actual.loss, expected.loss, length)
    assert actual.accuracy == expected.accuracy
    norms = pytest.approx(expected.gradient_norms, rel=EPSILON * length)
    assert actual.gradient_norms == norms
    assert actual.failure is expected.failure is None
    precise = getattr(truth, "precise_parameters", truth.parameters)
    assert_all_close(ours.parameters(), precise(), length)
    assert_states_match(ours.state(), truth.state(), length)


def assert_states_match(actual: Arrays, expected: Arrays, length: float) -> None:
    """Compare the number of steps exactly, and each slot with its own magnitude."""
    assert set(actual) == set(expected)
    assert actual["steps"] == expected["steps"]
    for slot in {name.rpartition(".")[2] for name in set(expected) - {"steps"}}:
        assert_all_close(_of(slot, actual), _of(slot, expected), length)


def _of(slot: str, state: Arrays) -> Arrays:
    return {name: array for name, array in state.items() if name.endswith(f".{slot}")}
