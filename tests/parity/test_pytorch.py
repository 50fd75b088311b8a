"""Whole trainings agree with PyTorch, step by step, from the same weights."""

import dataclasses

import numpy as np
import pytest
import torch

from ranvier.engine.choose import choose
from ranvier.network import ACTIVATIONS, Dense, LeakyReLU, Network
from ranvier.recipe import OPTIMIZERS
from tests.parity.agreement import allowed, assert_weights_agree
from tests.parity.course import crash_course
from tests.parity.modules import sums
from tests.parity.peer import Peer
from tests.support.matching import steady
from tests.support.pairs import OUTPUTS, SUITED
from tests.support.problems import problem

every_engine = pytest.mark.parametrize(
    ("name", "dtype"),
    [
        pytest.param("reference", np.float64, id="reference-float64"),
        pytest.param("native", np.float32, id="native-float32"),
    ],
)
every_output = pytest.mark.parametrize(("output", "loss"), OUTPUTS)
# lbfgs takes one step an epoch: see test_lbfgs
every_optimizer = pytest.mark.parametrize(
    "optimizer", [name for name in OPTIMIZERS if name != "lbfgs"]
)
any_output = pytest.mark.parametrize(("output", "loss"), SUITED)


def weights_of(program):
    precise = getattr(program, "precise_parameters", program.parameters)
    return precise()


def steps_of(setting, name):
    """Yield the loss of each batch, and the weights after it, of one of our engines.

    Each run starts afresh and is one step longer: within an epoch, the reference
    engine keeps its weights in float64.
    """
    size, before = setting.recipe.batch_size, 0.0
    for end in range(size, len(setting.rows) + size, size):
        part = setting.with_(rows=setting.rows[:end])
        program = part.program(choose(name).engine)
        total = part.epoch(program).loss * len(part.rows)
        yield (total - before) / (len(part.rows) - end + size), weights_of(program)
        before = total


def assert_trainings_agree(setting, name, dtype):
    both = zip(steps_of(setting, name), Peer(setting, dtype).steps(), strict=True)
    for step, ((loss, weights), (their_loss, their_weights)) in enumerate(both):
        # this loss is the difference of two sums over all the steps before
        rounding = allowed(setting, dtype) * (step + 1)
        assert loss == pytest.approx(their_loss, abs=rounding * max(1, their_loss))
        assert_weights_agree(weights, their_weights, setting, dtype)


def long(**options):
    """Make a problem of forty steps, the last one short."""
    setting = problem(rows=125, batch=6, **options)
    again = np.random.default_rng(1).permutation(setting.rows)
    return setting.with_(rows=np.concatenate([setting.rows, again])[:239])


@every_engine
@every_output
def test_training_agrees_for_every_output_and_loss(output, loss, name, dtype):
    assert_trainings_agree(long(output=output, loss=loss), name, dtype)


@every_engine
@pytest.mark.parametrize("hidden", [*ACTIVATIONS, LeakyReLU(slope=0.2)], ids=str)
def test_training_agrees_for_every_hidden_layer(hidden, name, dtype):
    assert_trainings_agree(long(hidden=hidden), name, dtype)


@every_engine
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("identity", {"type": "huber", "delta": 0.3}),
        ("softmax", {"type": "cross_entropy", "label_smoothing": 0.2}),
        ("sigmoid", {"type": "binary_cross_entropy", "label_smoothing": 0.2}),
        ("softmax", {"type": "focal", "gamma": 0.5}),
        ("identity", {"type": "quantile", "quantile": 0.1}),
    ],
    ids=lambda one: one["type"] if isinstance(one, dict) else "",
)
def test_training_agrees_for_the_options_of_losses(output, loss, name, dtype):
    assert_trainings_agree(long(output=output, loss=loss), name, dtype)


@every_engine
@any_output
@every_optimizer
def test_training_agrees_for_every_optimizer_and_loss(
    optimizer, output, loss, name, dtype
):
    setting = long(output=output, loss=loss)
    chosen = steady(optimizer, setting)
    assert_trainings_agree(setting.with_optimizer(chosen), name, dtype)


@every_engine
@every_optimizer
def test_training_agrees_for_every_optimizer_as_it_comes(optimizer, name, dtype):
    # few weights, and none of their gradients is nearly zero
    setting = long(units=None, inputs=2, outputs=2, output="identity", seed=3)
    assert_trainings_agree(setting.with_optimizer(optimizer), name, dtype)


@every_engine
@every_optimizer
def test_averages_of_the_weights_agree(optimizer, name, dtype):
    setting = long()
    setting = setting.with_optimizer(steady(optimizer, setting))
    recipe = dataclasses.replace(setting.recipe, average=0.9)
    assert_trainings_agree(setting.with_(recipe=recipe), name, dtype)


@every_engine
@pytest.mark.parametrize("scale", ["original", "match_rms_adamw"])
@pytest.mark.parametrize("units", [(9, 16, 5), (12, 12)], ids=str)
def test_muon_agrees_on_hidden_matrices(units, scale, name, dtype):
    layers = [*(Dense(size, "tanh") for size in units), Dense(4, "softmax")]
    setting = long().of_network(Network(layers, (10,)))
    muon = dataclasses.replace(steady("muon", setting), scale=scale)
    setting = setting.with_optimizer(muon).with_(rate=0.01)
    assert_trainings_agree(setting, name, dtype)


@every_engine
def test_the_crash_course_agrees_after_a_thousand_steps(name, dtype):
    setting = crash_course()
    *_, (_, expected) = Peer(setting, dtype).steps()
    actual = weights_of(setting.trained(choose(name).engine))
    assert_weights_agree(actual, expected, setting, dtype)


@pytest.mark.parametrize("name", ["reference", "native"])
def test_weighted_labels_are_those_of_bce_with_logits(name):
    setting = problem(output="sigmoid", loss="binary_cross_entropy", values=True)
    random = np.random.default_rng(1)
    labels = random.integers(0, 2, setting.samples.targets.shape).astype(np.float32)
    no, yes = random.uniform(0.2, 4, (2, labels.shape[1])).astype(np.float32)
    samples = setting.samples._replace(
        targets=labels, label_weights=np.stack([no, yes])
    )
    program = setting.program(choose(name).engine)

    peer = Peer(setting, np.float64)
    z, _ = sums(setting.network.placed(), peer.weights, peer.inputs)
    no, yes = torch.tensor(no.astype(float)), torch.tensor(yes.astype(float))
    judge = torch.nn.BCEWithLogitsLoss(weight=no, pos_weight=yes / no)
    loss = judge(z, torch.tensor(labels.astype(float)))
    loss.backward()

    rows = np.arange(len(labels), dtype=np.uint32)
    dtype = {"reference": np.float64, "native": np.float32}[name]
    found = program.evaluate(samples, rows).loss
    assert found == pytest.approx(loss.item(), rel=allowed(setting, dtype))
    for array, gradient in program.gradients(samples, rows).items():
        expected = peer.weights[array].grad.numpy()
        rounding = 4 * allowed(setting, np.float32)  # what a label weighs at most
        np.testing.assert_allclose(gradient, expected, rtol=0, atol=rounding)
