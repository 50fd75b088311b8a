"""Learning rates are those of PyTorch's schedulers, stepped as their manual says."""

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from ranvier.recipe import (
    SGD,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Recipe,
    Step,
)
from ranvier.recipe.rates import rates

RATE, EPOCHS, STEPS = 0.4, 7, 5
TOTAL = EPOCHS * STEPS


def ours(schedule: object, warmup: float = 0.0) -> np.ndarray:
    recipe = Recipe(
        optimizer=SGD(RATE), schedule=schedule, warmup=warmup, epochs=EPOCHS
    )
    epochs = range(1, EPOCHS + 1)
    return np.concatenate([rates(recipe, epoch, STEPS, []) for epoch in epochs])


def theirs(make, steps=TOTAL, every=1):
    """Return the rates of `steps` steps; the scheduler is stepped after `every`."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], RATE)
    scheduler, found = make(optimizer), []
    for step in range(1, steps + 1):
        found.append(scheduler.get_last_lr()[0])
        optimizer.step()
        if step % every == 0 and step < steps:
            scheduler.step()
    return np.array(found)


@pytest.mark.parametrize(
    ("schedule", "make", "every"),
    [
        (Constant(), lambda one: lr_scheduler.ConstantLR(one, 1.0), STEPS),
        (Step(2, 0.5), lambda one: lr_scheduler.StepLR(one, 2, 0.5), STEPS),
        (Exponential(0.9), lambda one: lr_scheduler.ExponentialLR(one, 0.9), STEPS),
        (
            Cosine(0.1),
            lambda one: lr_scheduler.CosineAnnealingLR(one, TOTAL, RATE / 10),
            1,
        ),
        (
            OneCycle(),
            lambda one: lr_scheduler.OneCycleLR(
                one, RATE, TOTAL, div_factor=25, final_div_factor=400
            ),
            1,
        ),
    ],
    ids=lambda one: getattr(one, "type", ""),
)
def test_rates_agree_at_every_step(schedule, make, every):
    # PyTorch multiplies step by step; ours are rounded to float32 once
    np.testing.assert_allclose(ours(schedule), theirs(make, every=every), rtol=1e-6)


def test_a_warm_up_and_its_schedule_agree():
    warm = 10

    def make(optimizer):
        rise = lr_scheduler.LinearLR(optimizer, 1 / warm, 1, warm - 1)
        fall = lr_scheduler.CosineAnnealingLR(optimizer, TOTAL - warm)
        return lr_scheduler.SequentialLR(optimizer, [rise, fall], [warm])

    # the rise of ours is of the rate of the cosine's first step, which is all of it
    np.testing.assert_allclose(
        ours(Cosine(), warmup=warm / TOTAL), theirs(make), rtol=1e-6
    )
