import dataclasses

import numpy as np
import pytest

from ranvier.engine.contract import Failure
from ranvier.engine.full_batch import CHUNK, UNSTEADY, FullBatchProgram
from ranvier.engine.reference import ReferenceEngine
from ranvier.errors import DescriptionError
from ranvier.network import LAYERS, Dense, Network, Residual
from ranvier.recipe import LBFGS, Penalty
from tests.support.problems import problem
from tests.support.tolerance import assert_same_bits

ENGINE = ReferenceEngine()


def setting(**options):
    return problem(**options).with_optimizer(LBFGS()).with_(rate=1.0)


def test_the_batch_size_says_nothing():
    small, whole = setting(batch=6, rows=20), setting(batch=20, rows=20)
    assert_same_bits(
        small.trained(ENGINE, epochs=3).parameters(),
        whole.trained(ENGINE, epochs=3).parameters(),
    )


def test_an_epoch_is_one_step():
    assert setting().trained(ENGINE, epochs=3).state()["steps"].tolist() == [3]


def test_a_line_is_learnt_exactly_in_a_few_steps():
    one = setting(units=None, inputs=3, outputs=1, output="identity", values=True)
    one.samples.targets[:] = one.samples.inputs @ [[1.0], [-2.0], [0.5]] + 3
    program = one.trained(ENGINE, epochs=15)
    assert program.evaluate(one.samples, one.rows).loss < 1e-10


def test_statistics_tell_of_the_weights_before_the_step():
    one = setting()
    program = one.program(ENGINE)
    before = program.evaluate(one.samples, one.rows)
    gradients = program.gradients(one.samples, one.rows)
    statistics = one.epoch(program)
    assert (statistics.loss, statistics.accuracy) == before
    both = (gradients[f"dense_2.{name}"].astype(float) for name in ("weight", "bias"))
    norm = np.sqrt(sum((array**2).sum() for array in both))
    assert statistics.gradient_norms["dense_2"] == pytest.approx(norm, rel=1e-12)


def test_l2_is_part_of_the_loss_that_is_descended():
    plain = setting(rows=40)
    recipe = dataclasses.replace(plain.recipe, penalty=Penalty(l2=0.3))
    program = plain.with_(recipe=recipe).trained(ENGINE, epochs=40)
    weights = program.parameters()
    gradients = program.gradients(plain.samples, plain.rows)
    for name, gradient in gradients.items():
        pull = 0.3 * weights[name] if name.endswith("weight") else 0
        # float32 tells losses apart down to about the root of its epsilon
        np.testing.assert_allclose(gradient + pull, 0, atol=1e-3)


def test_a_failure_names_the_layer_and_changes_no_weight():
    one = setting(rows=CHUNK + 20, batch=50)
    one.samples.inputs[CHUNK + 3] = np.nan
    program = one.program(ENGINE)
    assert one.epoch(program).failure == Failure(0, "dense_1")
    assert_same_bits(program.parameters(), one.parameters)
    assert program.state()["steps"] == [0]


def test_weights_at_the_edge_of_float32_are_not_overstepped():
    one = setting(units=None, inputs=1, outputs=1, output="identity", values=True)
    one.samples.inputs[:] = 1e-18
    one.samples.targets[:] = 1e18
    program = one.with_(rate=1e30).trained(ENGINE, epochs=3)
    assert all(np.isfinite(array).all() for array in program.parameters().values())


@pytest.mark.parametrize("kind", UNSTEADY)
def test_layers_that_change_the_loss_from_pass_to_pass_are_refused(kind):
    layers = [Residual([LAYERS[kind]()]), Dense(4, "softmax")]
    one = setting()
    with pytest.raises(
        DescriptionError, match=rf"residual_1\.{kind}_1 changes it .* leave that layer"
    ):
        FullBatchProgram(Network(layers, (10,)), one.recipe, one.program(ENGINE))
