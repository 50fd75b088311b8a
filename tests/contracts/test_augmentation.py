"""Pictures change in training as the reference engine's do, and nowhere else."""

import dataclasses

import numpy as np
import pytest

from ranvier.errors import DescriptionError
from ranvier.recipe import LOSSES, Augmentation, Recipe
from tests.support.matching import assert_training_matches
from tests.support.pairs import SUITED
from tests.support.problems import Problem, problem
from tests.support.tolerance import assert_same_bits

SHAPES = [(12, 9), (5, 17), (16, 16), (6, 7, 3), (1, 1), (3, 33, 2)]

OPTIONS = {
    "shift": 2.0,
    "rotate": 40.0,
    "scale": 0.3,
    "shear": 20.0,
    "elastic": 3.0,
    "flip": "both",
    "crop": 0.3,
    "cutout": 3,
    "mixup": 0.5,
}

every_input = pytest.mark.parametrize("pixels", [0, 1], ids=["float32", "uint8"])


def pictures(shape: tuple[int, ...] = (12, 9), **options: object) -> Problem:
    """Return a problem of pictures; its first layer sums over all of one."""
    setting = problem(inputs=int(np.prod(shape)), rows=20, batch=7, **options)
    return setting.of_network(dataclasses.replace(setting.network, input_shape=shape))


def changing(setting: Problem, **options: object) -> Problem:
    augmentation = Augmentation(**options)
    return setting.with_(
        recipe=dataclasses.replace(setting.recipe, augmentation=augmentation)
    )


def weighed(setting: Problem) -> Problem:
    """Return the problem with weights, one row in three of 0 and of NaN."""
    weights = (np.arange(20) % 3).astype(np.float32)
    inputs = np.where(weights[:, None] > 0, setting.samples.inputs, np.nan)
    samples = setting.samples._replace(
        inputs=inputs.astype(np.float32), weights=weights
    )
    return setting.with_(samples=samples)


@every_input
@pytest.mark.parametrize("option", OPTIONS)
def test_each_change_matches(engine, option, pixels):
    setting = changing(pictures(pixels=pixels), **{option: OPTIONS[option]})
    assert_training_matches(engine, setting)


@every_input
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_all_changes_together_match_at_every_shape(engine, shape, pixels):
    assert_training_matches(engine, changing(pictures(shape, pixels=pixels), **OPTIONS))


@pytest.mark.parametrize("values", [0, 1], ids=["classes", "values"])
@pytest.mark.parametrize(("output", "loss"), SUITED)
def test_mixed_targets_match(engine, output, loss, values):
    setting = pictures(output=output, loss=loss, values=values)
    assert_training_matches(engine, changing(setting, mixup=1.0))


def test_absent_rows_are_neither_seen_nor_mixed_in(engine):
    setting = weighed(pictures())
    assert_training_matches(engine, changing(setting, **OPTIONS))


def test_nothing_to_change_gives_the_same_bits(engine):
    plain = pictures(pixels=True)
    assert_same_bits(
        changing(plain).trained(engine).parameters(), plain.trained(engine).parameters()
    )


def test_each_step_and_seed_changes_pictures_anew(engine):
    setting = changing(pictures(), shift=2.0)
    setting = setting.with_(rate=0.0, rows=setting.rows[:7])
    program = setting.program(engine)
    first, second = setting.epoch(program).loss, setting.epoch(program).loss
    recipe = dataclasses.replace(setting.recipe, seed=1)
    other = setting.with_(recipe=recipe)
    assert len({first, second, other.epoch(other.program(engine)).loss}) == 3


def test_answers_and_gradients_see_pictures_as_they_are(engine):
    plain = pictures()
    ours, truth = changing(plain, **OPTIONS).program(engine), plain.program(engine)
    samples, rows = plain.samples, plain.rows
    assert (ours.predict(samples.inputs) == truth.predict(samples.inputs)).all()
    assert ours.evaluate(samples, rows) == truth.evaluate(samples, rows)
    assert_same_bits(ours.gradients(samples, rows), truth.gradients(samples, rows))


@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bits(engine, threads):
    setting = changing(pictures((28, 28), units=300, pixels=True), **OPTIONS)
    assert_same_bits(
        setting.trained(engine, threads=threads).parameters(),
        setting.trained(engine).parameters(),
    )


def test_a_resumed_training_continues_to_the_same_bits(engine):
    setting = changing(pictures(optimizer="adam"), **OPTIONS)
    whole, begun = setting.trained(engine, epochs=2), setting.trained(engine)
    resumed = setting.program(engine)
    resumed.load_parameters(begun.parameters())
    resumed.load_state(begun.state())
    setting.epoch(resumed)
    assert_same_bits(resumed.parameters(), whole.parameters())
    assert_same_bits(resumed.state(), whole.state())


def test_what_is_no_picture_is_refused(engine):
    with pytest.raises(DescriptionError, match="augmentation changes pictures of"):
        changing(problem(), shift=1.0).program(engine)


def test_mixed_targets_are_refused_where_a_loss_cannot_judge_them(engine):
    setting = pictures(output=LOSSES["hinge"].outputs[0], loss="hinge")
    with pytest.raises(DescriptionError, match="mixup mixes targets"):
        changing(setting, mixup=0.1).program(engine)


def test_lbfgs_refuses_pictures_that_change():
    with pytest.raises(DescriptionError, match="augmentation would change them"):
        Recipe(optimizer="lbfgs", augmentation=Augmentation(shift=1.0))
