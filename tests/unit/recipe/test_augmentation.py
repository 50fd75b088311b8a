import pytest

from ranvier.errors import DescriptionError
from ranvier.network import Dense, Network
from ranvier.recipe import Augmentation, Hinge, Recipe

GIVEN = Recipe(
    augmentation=Augmentation(
        shift=1.5,
        rotate=10,
        scale=0.1,
        shear=5.0,
        elastic=4,
        flip="both",
        crop=0.2,
        cutout=8,
        mixup=0.2,
    )
)


def ending_in(activation: str, shape: tuple[int, ...]) -> Network:
    return Network([Dense(3, activation)], shape)


@pytest.mark.parametrize("recipe", [Recipe(), GIVEN, Recipe(augmentation={})])
def test_recipes_with_augmentation_survive_json_and_toml(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_augmentation_is_off_by_default_and_changes_nothing_when_empty():
    assert Recipe().augmentation is None
    assert Recipe(augmentation=False).augmentation is None
    assert not any(vars(Augmentation()).values())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shift": -1}, "shift must be zero or a positive number of pixels, got -1"),
        ({"shift": float("inf")}, "shift must be zero or a positive number"),
        ({"rotate": 181}, "rotate must be at most 180.*, got 181"),
        ({"rotate": "ten"}, "rotate must be degrees from 0 to 180, got 'ten'; 10.0"),
        ({"scale": 1}, "scale must be a share, at least 0 and below 1, got 1; 0.1"),
        ({"shear": -0.5}, "shear must be degrees from 0 to 80, got -0.5"),
        ({"elastic": None}, "elastic must be zero or a positive number of pixels"),
        ({"flip": True}, "flip must be horizontal, vertical, both or None, got True"),
        ({"crop": -0.1}, "crop must be a share, at least 0 and below 1, got -0.1"),
        ({"cutout": 2.5}, "cutout must be a whole number of pixels, zero or more"),
        ({"mixup": -1}, "mixup must be zero or a positive number, got -1; 0.2"),
        ({"blur": 1}, "there is no option 'blur'.*known: shift, rotate, scale, shear"),
    ],
)
def test_what_is_no_augmentation_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(augmentation=options)


def test_a_recipe_takes_nothing_else_as_augmentation():
    with pytest.raises(
        DescriptionError, match="must be an Augmentation or None, got 5; as in Augment"
    ):
        Recipe(augmentation=5)


@pytest.mark.parametrize("shape", [(28, 28), (8, 9, 3)])
def test_augmentation_takes_pictures(shape):
    network = ending_in("softmax", shape)
    assert GIVEN.augmentation_for(network) == GIVEN.augmentation
    assert Recipe().augmentation_for(network) is None


@pytest.mark.parametrize("shape", [(784,), (2, 3, 4, 5)])
def test_augmentation_is_refused_where_there_are_no_pictures(shape):
    with pytest.raises(
        DescriptionError, match=r"changes pictures .* takes inputs of shape .*; leave"
    ):
        GIVEN.augmentation_for(ending_in("softmax", shape))


def test_mixup_is_refused_where_targets_cannot_be_mixed():
    recipe = Recipe(loss=Hinge(), augmentation=Augmentation(mixup=0.2))
    with pytest.raises(
        DescriptionError, match=r"mixup=0.2.*the loss hinge needs.*set mixup to 0"
    ):
        recipe.augmentation_for(ending_in("identity", (4, 4)))
    plain = Recipe(loss=Hinge(), augmentation=Augmentation(shift=1))
    assert plain.augmentation_for(ending_in("identity", (4, 4))) == plain.augmentation
