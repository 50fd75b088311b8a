import pytest

from ranvier.errors import DescriptionError
from ranvier.recipe import Clip, Penalty, Recipe

GIVEN = [Recipe(penalty=Penalty(1e-5, 1e-4, 3.0)), Recipe(clip=Clip(1.0, 2.0, 3.0))]


@pytest.mark.parametrize("recipe", GIVEN)
def test_recipes_with_bounds_survive_json_and_toml(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_bounds_may_be_described():
    assert Recipe(penalty={"l2": 0.1}) == Recipe(penalty=Penalty(l2=0.1))
    assert Recipe(clip={"norm": 0.1}) == Recipe(clip=Clip(norm=0.1))


@pytest.mark.parametrize("option", ["l1", "l2"])
@pytest.mark.parametrize("value", [-0.1, float("inf"), "0.1", None])
def test_a_penalty_is_zero_or_more(option, value):
    with pytest.raises(
        DescriptionError, match=rf"{option} must be zero or a positive number, got"
    ):
        Penalty(**{option: value})


@pytest.mark.parametrize(
    ("kind", "option"),
    [(Penalty, "max_norm"), (Clip, "value"), (Clip, "norm"), (Clip, "global_norm")],
)
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), "1"])
def test_a_bound_is_positive_or_none(kind, option, value):
    with pytest.raises(
        DescriptionError,
        match=rf"{option} must be a positive number or None, got .*None sets no bound",
    ):
        kind(**{option: value})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"penalty": 5}, "penalty must be a Penalty, got 5; as in Penalty"),
        ({"clip": 1.0}, "clip must be a Clip, got .*; as in Clip"),
        ({"penalty": {"l3": 1}}, "there is no option 'l3'; did you mean"),
        ({"clip": {"norms": 1}}, "there is no option 'norms'; did you mean"),
    ],
)
def test_what_is_no_bound_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(**options)
