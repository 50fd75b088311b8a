import dataclasses

import pytest

from ranvier.errors import DescriptionError
from ranvier.recipe import (
    LBFGS,
    NAG,
    OPTIMIZERS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    Muon,
    NAdamW,
    Recipe,
    RMSprop,
    ScheduleFree,
)

ADAMS = (Adam, AdamW, NAdamW, AMSGrad, ScheduleFree, Lion)

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


@every_optimizer
def test_optimizers_are_registered_by_their_type(name):
    assert OPTIMIZERS[name].type == name


@every_optimizer
def test_every_optimizer_has_a_learning_rate_and_works_without_options(name):
    assert OPTIMIZERS[name]().learning_rate > 0
    assert OPTIMIZERS[name](0.5).learning_rate == 0.5


@every_optimizer
def test_optimizers_cannot_be_changed(name):
    with pytest.raises(dataclasses.FrozenInstanceError, match="learning_rate"):
        OPTIMIZERS[name]().learning_rate = 1.0


@every_optimizer
@pytest.mark.parametrize("rate", [0, -1.0, float("nan"), float("inf"), "0.1", True])
def test_a_learning_rate_is_a_positive_number(name, rate):
    with pytest.raises(
        DescriptionError,
        match=r"learning_rate must be a positive number.*, got .*; .* (suits|usual)",
    ):
        OPTIMIZERS[name](rate)


@every_optimizer
def test_a_learning_rate_beyond_float32_is_refused(name):
    with pytest.raises(DescriptionError, match=r"learning_rate must be at most 1e\+30"):
        OPTIMIZERS[name](1e31)


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        (Momentum, "momentum"),
        (Muon, "momentum"),
        (NAG, "momentum"),
        (RMSprop, "decay"),
        (Adadelta, "decay"),
        *((kind, one) for kind in ADAMS for one in ("beta_1", "beta_2")),
    ],
)
@pytest.mark.parametrize("value", [1.0, -0.1, float("nan")])
def test_what_is_kept_of_the_past_is_a_fraction(kind, option, value):
    with pytest.raises(
        DescriptionError,
        match=rf"{option} must be at least 0 and below 1, got .*; 0\.9",
    ):
        kind(**{option: value})


@pytest.mark.parametrize("kind", [Adagrad, Adadelta, RMSprop, *ADAMS[:-1]])
@pytest.mark.parametrize("value", [0, -1e-8, 1e-31])
def test_epsilon_is_a_number_that_float32_can_divide_by(kind, value):
    with pytest.raises(
        DescriptionError,
        match=r"epsilon must be a number of 1e-30 or more, got .*; 1e-",
    ):
        kind(epsilon=value)


def test_whole_numbers_are_taken_as_floats():
    assert SGD(1) == SGD(1.0)
    assert type(SGD(1).learning_rate) is float


@pytest.mark.parametrize("kind", [AdamW, NAdamW, Lion, Muon, ScheduleFree])
@pytest.mark.parametrize("value", [-0.1, float("nan"), "0.1"])
def test_weight_decay_is_zero_or_more(kind, value):
    with pytest.raises(
        DescriptionError,
        match=r"weight_decay must be zero or a positive number, got .*; 0\.01",
    ):
        kind(weight_decay=value)


@pytest.mark.parametrize("value", [0, -1, 1001, 2.5, True])
def test_the_memory_of_lbfgs_is_a_number_of_steps(value):
    with pytest.raises(
        DescriptionError,
        match=r"memory must be (an integer from 1 to|at most) 1000, got .*; 10 is u",
    ):
        LBFGS(memory=value)


@pytest.mark.parametrize("value", ["none", 0.2, True])
def test_the_scale_of_muon_is_one_of_two(value):
    with pytest.raises(
        DescriptionError,
        match=r"scale must be original or match_rms_adamw, got .*; original goes with",
    ):
        Muon(scale=value)


@pytest.mark.parametrize("value", [None, "adamw", Adam(), {"type": "sgd"}])
def test_what_learns_beside_muon_is_adamw(value):
    with pytest.raises(
        DescriptionError, match=r"adamw must be an AdamW, got .*; as in AdamW\("
    ):
        Muon(adamw=value)


def test_muon_is_read_from_what_was_written():
    recipe = Recipe(optimizer=Muon(scale="match_rms_adamw", adamw=AdamW(0.003)))
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_the_rate_beside_muon_is_a_number():
    with pytest.raises(DescriptionError, match=r'"auto" finds one rate, .* give the o'):
        Muon(adamw=AdamW("auto"))


@pytest.mark.parametrize(("rate", "share"), [(0.5, 0.002), ("auto", 0.05)])
def test_the_rate_beside_muon_is_a_share_of_its_own(rate, share):
    assert Muon(rate, adamw=AdamW(0.001)).adamw_share == pytest.approx(share)
