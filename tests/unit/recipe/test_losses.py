import dataclasses

import pytest

from ranvier.engine.reference.losses import LOSSES as COMPUTED
from ranvier.errors import DescriptionError
from ranvier.network import ACTIVATIONS, Dense, Network
from ranvier.recipe import LOSSES, CrossEntropy, Focal, Huber, Recipe

every_loss = pytest.mark.parametrize("name", LOSSES)


@every_loss
def test_a_loss_asks_for_activations_that_exist(name):
    assert set(LOSSES[name].outputs) <= set(ACTIVATIONS)


def test_the_reference_engine_computes_every_loss():
    assert set(COMPUTED) == set(LOSSES)


@every_loss
def test_what_is_computed_from_the_sums_has_a_single_output(name):
    assert len(LOSSES[name].outputs) == 1 or not COMPUTED[name].from_sums


@every_loss
def test_losses_are_registered_by_their_type(name):
    assert LOSSES[name].type == name


@every_loss
def test_a_loss_may_be_named_described_or_given(name):
    given = LOSSES[name]()
    described = {"type": name, **dataclasses.asdict(given)}
    assert Recipe(loss=name) == Recipe(loss=given)
    assert Recipe(loss=described) == Recipe(loss=given)


@pytest.mark.parametrize("loss", [Huber(0.5), CrossEntropy(0.1), Focal(gamma=1)])
def test_options_survive_json_and_toml(loss):
    recipe = Recipe(loss=loss)
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_toml(recipe.to_toml()) == recipe


@pytest.mark.parametrize("name", ["cross_entropy", "focal"])
def test_softmax_over_one_output_is_refused(name):
    with pytest.raises(
        DescriptionError,
        match=rf"the loss {name} compares the outputs of classes, this network has one;"
        r" use Dense\(1, \"sigmoid\"\) with binary_cross_entropy, or one output for ea",
    ):
        Recipe(loss=name).loss_for(Network([Dense(1, "softmax")]))


def test_hinge_asks_for_an_output_a_class():
    with pytest.raises(DescriptionError, match="hinge compares the outputs of class"):
        Recipe(loss="hinge").loss_for(Network([Dense(1, "tanh")]))


def test_a_loss_for_several_outputs_names_them_all():
    with pytest.raises(
        DescriptionError,
        match=r"the loss hinge needs an output layer with activation identity or tanh, "
        r"this network's has relu; change .* to Dense\(3, \"identity\"\), or the loss",
    ):
        Recipe(loss="hinge").loss_for(Network([Dense(3, "relu")]))


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ({"type": "huber", "delta": 0}, "delta must be a positive number, got 0; 1.0"),
        ({"type": "huber", "delta": 1e31}, "delta must be at most 1e"),
        (
            {"type": "cross_entropy", "label_smoothing": 1.0},
            "label_smoothing must be at least 0 and below 1, got 1.0; 0.1 is usual",
        ),
        (
            {"type": "binary_cross_entropy", "label_smoothing": -0.1},
            "label_smoothing must be at least 0 and below 1, got -0.1",
        ),
        ({"type": "focal", "gamma": -1}, "gamma must be zero or a positive number, "),
        ({"type": "focal", "gamma": 1e4}, "gamma must be at most 1000.0, got 1"),
        ({"type": "quantile", "quantile": 1}, "quantile must be above 0 and below 1, "),
    ],
)
def test_a_loss_that_cannot_be_is_refused(loss, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(loss=loss)
