import pytest

from ranvier.data import Column, ImageForm, Schema, SoundForm
from ranvier.errors import DescriptionError
from ranvier.network import Dense, Dropout, Flatten
from ranvier.recipe import (
    MSE,
    BinaryCrossEntropy,
    read_recipe,
    suited,
    suited_recipe,
    with_units,
)

CLASSES = tuple("abcd")


def schema(form):
    kind = "sound" if isinstance(form, SoundForm) else "image"
    options = {} if form is None else {kind: form}
    shape = (3,) if form is None else form.shape
    return Schema("things", shape, "classification", CLASSES, 4, **options)


def table(kinds, classes=()):
    columns = tuple(Column(f"x{n}", kind) for n, kind in enumerate(kinds))
    task = "classification" if classes else "regression"
    outputs = len(classes) or 1
    return Schema("t", (len(kinds),), task, classes, outputs, columns=columns)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (None, "digits"),
        (ImageForm(28, 28, centred="mass"), "digits"),
        (ImageForm(8, 30), "digits"),
        (ImageForm(28, 28), "small-pictures"),
        (ImageForm(40, 40, 3), "small-pictures"),
        (ImageForm(41, 30, 3), "pictures"),
        (ImageForm(64, 64), "pictures"),
        (SoundForm(8000, 64), "sounds"),
        (SoundForm(8000, 16, "mfcc"), "sounds"),
    ],
)
def test_a_design_is_made_for_the_classes(form, name):
    network, recipe = suited(schema(form))
    shape = (3,) if form is None else form.shape
    assert recipe == read_recipe(name).recipe
    assert network.with_input(shape).output_shape == (4,)
    assert network.layers[:-1] == read_recipe(name).network.layers[:-1]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (table(["number", "category"], CLASSES), "table"),
        (table(["number", "category"]), "table-numbers"),
        (table(["category", "category"]), "ratings"),
        (table(["category", "category"], CLASSES), "table"),
    ],
)
def test_a_table_is_learnt_by_its_kinds_and_target(given, name):
    assert suited_recipe(given) == name
    assert suited(given).network.output.units == given.outputs


def test_the_steps_follow_the_rows_of_a_table():
    given = table(["number"])
    few, many = (suited(given, rows).recipe for rows in (200, 100_000))
    assert (few.batch_size, few.epochs) == (32, 300)
    assert (many.batch_size, many.epochs) == (256, 20)


def test_batches_of_ratings_follow_the_rows():
    given = table(["category", "category"])
    recipes = [suited(given, rows).recipe for rows in (500, 4800, 80_000)]
    assert [one.batch_size for one in recipes] == [32, 64, 1024]
    assert {one.epochs for one in recipes} == {40}


@pytest.mark.parametrize(("classes", "rate"), [(CLASSES, 0.3), ((), 0.15)])
@pytest.mark.parametrize(("rows", "times"), [(999, 2), (1000, 1)])
def test_few_rows_of_a_table_have_twice_the_dropout(classes, rate, rows, times):
    layers = suited(table(["number"], classes), rows).network.layers
    rates = {layer.rate for layer in layers if isinstance(layer, Dropout)}
    assert rates == {times * rate}


def test_few_rows_of_arrays_are_learnt_as_long_as_it_takes():
    given = Schema("coins", (2,), "classification", ("tails", "heads"), 2)
    few, many = (suited(given, rows).recipe for rows in (100, 54_000))
    assert (few.batch_size, few.epochs, few.stopping.patience) == (32, 300, 150)
    assert many == suited(given).recipe


def test_very_many_rows_of_a_table_are_learnt_by_one_network():
    given = table(["number"])
    assert suited(given, 200_000).recipe.members == suited(given).recipe.members == 4
    assert suited(given, 200_001).recipe.members == 1


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (Schema("t", (1,), "labels", (), 3, columns=(Column("x", "number"),)), "table"),
        (Schema("a", (4,), "labels", (), 3), "digits"),
    ],
)
def test_labels_are_learnt_by_sigmoids(given, name):
    assert suited_recipe(given) == name
    network, recipe = suited(given)
    assert network.output == Dense(3, "sigmoid")
    assert recipe.loss == BinaryCrossEntropy()


def test_pictures_with_numbers_as_targets_take_a_loss_of_numbers():
    given = Schema("p", (28, 28), "regression", (), 1, ImageForm(28, 28))
    network, recipe = suited(given)
    assert (network.output, recipe.loss) == (Dense(1), MSE())


def test_an_output_without_units_is_refused():
    with pytest.raises(DescriptionError, match="which cannot be given 3 outputs; end"):
        with_units(Flatten(), 3)
