import pytest

from ranvier.data import ImageForm, Schema, SoundForm
from ranvier.errors import DescriptionError
from ranvier.recipe import read_recipe
from ranvier.recipe.designs import design_for, made_for, ratings_design

CLASSES = tuple("abcd")


def schema(form):
    kind = "sound" if isinstance(form, SoundForm) else "image"
    options = {} if form is None else {kind: form}
    shape = (3,) if form is None else form.shape
    return Schema("things", shape, "classification", CLASSES, 4, **options)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (ImageForm(28, 28), "small-pictures"),
        (ImageForm(40, 40, 3), "small-pictures"),
        (ImageForm(41, 30, 3), "pictures"),
        (ImageForm(64, 64), "pictures"),
        (SoundForm(8000, 64), "sounds"),
        (SoundForm(8000, 16, "mfcc"), "sounds"),
    ],
)
def test_a_design_is_made_for_the_classes(form, name):
    recipe, network = design_for(schema(form))
    assert recipe == read_recipe(name).recipe
    assert network.with_input(form.shape).output_shape == (4,)
    assert network.layers[:-1] == read_recipe(name).network.layers[:-1]


def test_rows_that_are_neither_pictures_nor_sounds_have_no_design():
    with pytest.raises(DescriptionError, match=r"\(3,\) that are neither pictures nor"):
        design_for(schema(None))


def test_ratings_have_a_row_for_every_user_and_item():
    _, network = ratings_design((5, 7))
    assert network.layers[0].ids == (5, 7)
    assert network.with_input((2,)).output_shape == (1,)


def test_ratings_need_users():
    with pytest.raises(DescriptionError, match="ids must be the size of each table"):
        ratings_design((0, 7))


def test_a_recipe_without_a_network_is_refused(tmp_path):
    path = tmp_path / "plain.toml"
    path.write_text("[recipe]\nepochs = 3")
    with pytest.raises(DescriptionError, match=r"plain.toml holds no network; give"):
        made_for(str(path), 3)
