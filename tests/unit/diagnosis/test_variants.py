import pytest

from ranvier.diagnosis.variants import variants
from ranvier.network import Dense, Dropout, Network, Residual
from ranvier.recipe import LBFGS, EarlyStopping, Penalty, Recipe

NETWORK = Network([Dense(8, "relu"), Dense(3, "softmax")], (4,))


def changes(network=NETWORK, recipe=Recipe()):  # noqa: B008
    return {one.change: one for one in variants(network, recipe)}


def test_the_design_as_it_is_comes_first():
    first = next(variants(NETWORK, Recipe(members=4)))
    assert (first.network, first.recipe.members) == (NETWORK, 1)


def test_every_variant_differs_from_the_others():
    every = list(changes().values())
    designs = [(one.network, one.recipe, one.share) for one in every]
    assert all(designs.count(one) == 1 for one in designs)


def test_a_linear_model_gets_a_hidden_layer():
    line = Network([Dense(3, "softmax")], (4,))
    wide = changes(line)["4 times the units"].network
    assert len(wide.layers) == 2


def test_bounds_are_taken_away_only_where_there_are_some():
    assert "no dropout and no penalties" not in changes()
    held = Network([Dense(8, "relu"), Dropout(0.5), Dense(3, "softmax")], (4,))
    free = changes(held, Recipe(penalty=Penalty(l2=0.1)))["no dropout and no penalties"]
    assert (free.network, free.recipe.penalty) == (NETWORK, Penalty())


@pytest.mark.parametrize(
    ("stopping", "is_tried"),
    [
        (EarlyStopping("val_loss", 3), False),
        (None, False),
        (EarlyStopping("loss", 3), True),
        (EarlyStopping("val_accuracy", 3), True),
    ],
)
def test_the_least_val_loss_is_tried_where_another_is_kept(stopping, is_tried):
    said = changes(recipe=Recipe(stopping=stopping))
    assert ("the epoch of the least val_loss" in said) == is_tried


def test_lbfgs_is_given_no_dropout():
    said = changes(recipe=Recipe(optimizer=LBFGS()))
    assert not any("dropout" in change for change in said)


def test_a_network_that_ends_in_a_residual_has_variants():
    held = Network([Residual([Dense(8, "relu"), Dense(4)])], (4,))
    assert "4 times the units" not in changes(held)
    assert "3 times the epochs" in changes(held)
