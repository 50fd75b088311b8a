import dataclasses
import math
from typing import NamedTuple

import numpy as np
import pytest

from ranvier.errors import DescriptionError
from ranvier.recipe import (
    SCHEDULES,
    SGD,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Recipe,
    ReduceOnPlateau,
    Step,
)
from ranvier.recipe.rates import mean_rate, rates

RATE, EPOCHS, STEPS = 0.4, 7, 5
TOTAL = EPOCHS * STEPS


class Judged(NamedTuple):
    """An epoch, as far as schedules look at it."""

    loss: float = 1.0
    accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None


def recipe_of(schedule, **options):
    given = {"optimizer": SGD(RATE), "epochs": EPOCHS, "stopping": None} | options
    return Recipe(schedule=schedule, **given)


def all_rates(schedule, **options):
    """Return the rates of every step, of a run whose loss stands still."""
    recipe = recipe_of(schedule, **options)
    history = [Judged()] * recipe.epochs
    parts = [
        rates(recipe, epoch, STEPS, history[: epoch - 1])
        for epoch in range(1, recipe.epochs + 1)
    ]
    return np.concatenate(parts)


def half_cosine(start, end, way):
    return end + (start - end) * (1 + math.cos(math.pi * way)) / 2


def one_cycle(step):
    """Return torch's OneCycleLR(0.4, TOTAL, 0.3, div_factor=25), ending at 4e-5."""
    peak, last = 0.3 * TOTAL - 1, TOTAL - 1
    if step <= peak:
        return half_cosine(RATE / 25, RATE, step / peak)
    return half_cosine(RATE, RATE * 1e-4, (step - peak) / (last - peak))


@pytest.mark.parametrize(
    ("schedule", "formula"),
    [
        (Constant(), lambda step: RATE),
        (Step(every=2, factor=0.5), lambda step: RATE * 0.5 ** (step // STEPS // 2)),
        (Exponential(factor=0.9), lambda step: RATE * 0.9 ** (step // STEPS)),
        (Cosine(), lambda step: RATE * (1 + math.cos(math.pi * step / TOTAL)) / 2),
        (Cosine(final=0.1), lambda step: half_cosine(RATE, RATE / 10, step / TOTAL)),
        (OneCycle(), one_cycle),
        # the loss never gets better after the first epoch: down after every second
        (
            ReduceOnPlateau(factor=0.5, patience=2),
            lambda step: RATE * 0.5 ** (max(step // STEPS - 1, 0) // 2),
        ),
    ],
    ids=lambda one: getattr(one, "type", ""),
)
def test_rates_are_those_of_the_formula(schedule, formula):
    expected = [formula(step) for step in range(TOTAL)]
    # one rounding to float32
    np.testing.assert_allclose(all_rates(schedule), expected, rtol=1e-7, atol=1e-12)


def test_one_cycle_starts_peaks_and_ends_where_it_is_told():
    schedule = OneCycle(start=0.1, final=0.01, rise=0.5)
    given = all_rates(schedule, epochs=8) / RATE
    assert given[0] == pytest.approx(0.1, rel=1e-6)
    assert given[19] == given.max() == pytest.approx(1, rel=1e-6)
    assert given[-1] == pytest.approx(0.01, rel=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("warmup", [0.0, 0.5])
def test_the_shortest_trainings_have_rates_within_reason(name, steps, warmup):
    given = rates(recipe_of(name, epochs=1, warmup=warmup), 1, steps, [])
    assert given.shape == (steps,)
    assert given.dtype == np.float32
    assert ((given >= 0) & (given <= np.float32(RATE))).all()


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_warm_up_rises_in_even_steps_and_the_schedule_follows(name):
    warm = round(0.3 * TOTAL)
    given = all_rates(name, warmup=0.3)
    first = rates(recipe_of(name, epochs=1), 1, TOTAL - warm, [])[0]
    rising = first * np.arange(1, warm + 1) / warm
    np.testing.assert_allclose(given[:warm], rising, rtol=1e-6)


@pytest.mark.parametrize("schedule", [Cosine(), OneCycle()])
def test_what_runs_over_all_steps_runs_over_those_after_the_warm_up(schedule):
    warm = round(0.4 * TOTAL)
    after = rates(recipe_of(schedule, epochs=1), 1, TOTAL - warm, [])
    np.testing.assert_array_equal(all_rates(schedule, warmup=0.4)[warm:], after)


def test_steps_count_their_epochs_from_the_end_of_the_warm_up():
    given = all_rates(Step(every=1, factor=0.5), warmup=2.5 / EPOCHS)
    warm = round(2.5 * STEPS)
    np.testing.assert_allclose(given[warm : warm + STEPS], RATE, rtol=1e-7)
    np.testing.assert_allclose(given[warm + STEPS], RATE / 2, rtol=1e-7)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_same_arguments_give_the_same_bits(name):
    recipe, history = recipe_of(name, warmup=0.2), [Judged(2.0), Judged(3.0)]
    first, second = (rates(recipe, 3, STEPS, history) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_a_gain_sets_the_wait_for_a_plateau_back():
    schedule = ReduceOnPlateau(patience=2)
    losses = [1.0, 1.5, 0.9, 0.9, 0.9, 0.9, 0.8]
    falls = [
        schedule.plateaus([Judged(loss) for loss in losses[:count]])
        for count in range(len(losses) + 1)
    ]
    assert falls == [0, 0, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("monitor", "falls"),
    [("loss", 0), ("accuracy", 1), ("val_loss", 1), ("val_accuracy", 0)],
)
def test_a_plateau_is_one_of_what_is_monitored(monitor, falls):
    better = [0.5, 0.4, 0.3]
    history = [
        Judged(loss, 0.5, val_loss, val_accuracy)
        for loss, val_loss, val_accuracy in zip(
            better, better[::-1], better[::-1], strict=True
        )
    ]
    schedule = ReduceOnPlateau(patience=2, monitor=monitor)
    assert schedule.plateaus(history) == falls


def test_without_validation_the_training_loss_is_monitored():
    history = [Judged(0.5), Judged(0.4), Judged(0.3)]
    assert ReduceOnPlateau(patience=1).plateaus(history) == 0


@pytest.mark.parametrize("rate", [0.001, 15.0, 0.1, 1e-30, 1 / 3])
@pytest.mark.parametrize("steps", [1, 3, 1000])
def test_the_mean_of_equal_rates_is_that_rate(rate, steps):
    told = mean_rate(np.full(steps, rate, np.float32))
    assert np.float32(told) == np.float32(rate)
    assert len(str(told)) <= len(str(np.float32(rate)))


def test_the_mean_of_other_rates_lies_between_them():
    assert mean_rate(np.array([0.1, 0.3], np.float32)) == 0.2


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_are_registered_by_their_type(name):
    assert SCHEDULES[name].type == name


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_may_be_named_described_or_given(name):
    given = SCHEDULES[name]()
    described = {"type": name, **dataclasses.asdict(given)}
    assert Recipe(schedule=name) == Recipe(schedule=given)
    assert Recipe(schedule=described) == Recipe(schedule=given)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("cosin", "there is no schedule 'cosin'; did you mean \"cosine\""),
        (5, "5 is no schedule; known: constant, step, exponential, cosine, one_cycle"),
        ({"type": "step", "every": 0}, "every must be a positive integer of epochs, g"),
        ({"type": "step", "factor": 0}, "factor must be above 0 and at most 1, got 0"),
        ({"type": "step", "factor": 2}, r"factor must be at most 1\.0, got 2"),
        ({"type": "exponential", "factor": -1}, "factor must be above 0 and at most"),
        ({"type": "cosine", "final": -1}, "final must be a share of the learning rate"),
        ({"type": "cosine", "final": 2}, r"final must be at most 1\.0, got 2; 0\.0 "),
        ({"type": "one_cycle", "start": -1}, "start must be a share of the learning"),
        ({"type": "one_cycle", "rise": 1}, "rise must be above 0 and below 1, got 1"),
        (
            {"type": "reduce_on_plateau", "patience": 0},
            "patience must be a positive integer of epochs, got 0; 3 is usual",
        ),
        (
            {"type": "reduce_on_plateau", "monitor": "los"},
            "monitor must be val_loss, val_accuracy, loss or accuracy, got 'los'; val",
        ),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(schedule, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(schedule=schedule)


@pytest.mark.parametrize("warmup", [-0.1, 1.0, float("nan"), "0.1"])
def test_a_warm_up_is_a_share_of_the_steps(warmup):
    with pytest.raises(
        DescriptionError,
        match="warmup must be a share of all steps, at least 0 and below 1, got",
    ):
        Recipe(warmup=warmup)
