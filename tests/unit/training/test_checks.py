import numpy as np
import pytest

from ranvier.data import Parts, from_arrays
from ranvier.errors import DataError, DescriptionError
from ranvier.network import Dense, Network
from ranvier.recipe import EarlyStopping, Recipe, ReduceOnPlateau
from ranvier.training.checks import check_kinds, fitted, parts_of
from tests.support.learning import blobs, network, slopes


def fit(design, data, recipe=Recipe()):  # noqa: B008
    return fitted(design, parts_of(data, recipe), recipe)


def ending(units, activation, **options):
    return Network([Dense(4, "relu"), Dense(units, activation)], **options)


def labels():
    random = np.random.default_rng(0)
    given = random.normal(size=(40, 3)), random.uniform(size=(40, 2)) > 0.5
    return from_arrays(*given, task="labels")


def shares():
    """Return rows whose targets lie between 0 and 1."""
    random = np.random.default_rng(0)
    return from_arrays(random.normal(size=(40, 3)), random.uniform(size=(40, 2)))


@pytest.mark.parametrize(
    ("design", "data"),
    [
        (ending(3, "softmax"), blobs()),
        (ending(3, "sigmoid"), blobs()),
        (ending(3, "identity"), blobs()),
        (ending(1, "sigmoid"), blobs(names="ny")),
        (ending(1, "identity"), blobs(names="ny")),
        (ending(2, "softmax"), blobs(names="ny")),
        (ending(2, "identity"), slopes()),
        (ending(2, "sigmoid"), shares()),
        (ending(2, "sigmoid"), labels()),
        (ending(3, "softmax", input_shape=2), blobs()),
    ],
)
def test_a_network_that_fits_its_data_takes_their_shape(design, data):
    assert fit(design, data).input_shape == data.schema.input_shape


@pytest.mark.parametrize(
    ("design", "data", "expected"),
    [
        (
            ending(4, "softmax"),
            blobs(),
            r'the size 4, .* 3 classes; .* Dense\(3, "softmax"',
        ),
        (ending(1, "sigmoid"), blobs(), r"the size 1, .* has 3 classes"),
        (
            ending(3, "identity"),
            slopes(),
            r'has 2 targets; .*Dense\(2, "identity"\)',
        ),
        (
            ending(2, "softmax"),
            slopes(),
            r"cross_entropy chooses between classes, .*mse",
        ),
        (
            ending(2, "softmax"),
            labels(),
            r"has 2 labels, .* ends in softmax; end it in Dense\(2, \"sigmoid\"\) with",
        ),
        (ending(3, "sigmoid"), labels(), r'has 2 targets; .*Dense\(2, "sigmoid"\)'),
        (
            ending(3, "softmax", input_shape=5),
            blobs(),
            r"shape \(5,\), the data have \(2,\)",
        ),
    ],
)
def test_a_network_that_does_not_fit_its_data_is_refused(design, data, expected):
    with pytest.raises(DescriptionError, match=expected):
        fit(design, data)


def test_a_single_softmax_output_is_refused_for_any_loss():
    design, data = ending(1, "softmax"), blobs(names="ny")
    with pytest.raises(DescriptionError, match=r"the size 1, .* has 2 classes"):
        fit(design, data, Recipe(loss="mse"))


def test_a_loss_that_the_output_cannot_have_is_refused():
    with pytest.raises(DescriptionError, match="needs an output layer with activation"):
        fit(ending(3, "sigmoid"), blobs(), Recipe(loss="cross_entropy"))


def test_targets_outside_0_to_1_are_refused_by_binary_cross_entropy():
    with pytest.raises(
        DataError, match=r"targets from 0 to 1, these run from -\d.*mse"
    ):
        fit(ending(2, "sigmoid"), slopes())


def test_counts_below_zero_are_refused_by_poisson():
    with pytest.raises(
        DataError, match=r"poisson needs counts as targets, the least of these is -\d"
    ):
        fit(ending(2, "softplus"), slopes(), Recipe(loss="poisson"))


@pytest.mark.parametrize("monitor", ["accuracy", "val_accuracy"])
def test_stopping_cannot_watch_the_accuracy_of_numbers(monitor):
    recipe = Recipe(stopping=EarlyStopping(monitor=monitor))
    with pytest.raises(
        DescriptionError, match=f'watches {monitor}, .* watch "val_loss"'
    ):
        fit(ending(2, "identity"), slopes(), recipe)


def test_a_schedule_cannot_watch_the_accuracy_of_numbers():
    recipe = Recipe(schedule=ReduceOnPlateau(monitor="accuracy"))
    with pytest.raises(DescriptionError, match=r"schedule watches accuracy, .* has n"):
        fit(ending(2, "identity"), slopes(), recipe)


def test_a_data_set_is_split_by_the_recipe():
    recipe = Recipe(validation=0.2, test=0.3, seed=5)
    ours, theirs = (
        parts_of(blobs(), recipe),
        blobs().split(validation=0.2, test=0.3, seed=5),
    )
    assert [len(part) for part in ours] == [45, 18, 27]
    assert (ours.train.rows == theirs.train.rows).all()


def test_parts_are_taken_as_they_are():
    parts = Parts(blobs(), None, None)
    assert parts_of(parts, Recipe()) is parts


@pytest.mark.parametrize(
    "data", [None, [[1.0]], (np.ones(3), np.ones(3)), Parts(None, None, None)]
)
def test_what_is_no_data_is_refused(data):
    with pytest.raises(DataError, match=r"as data; give a Dataset, .*from_arrays"):
        parts_of(data, Recipe())


@pytest.mark.parametrize("name", ["train", "validation", "test"])
def test_a_part_without_rows_is_refused(name):
    parts = Parts(blobs(), blobs(), blobs())._replace(**{name: blobs().take([])})
    with pytest.raises(DataError, match=f"the {name} part has no rows; give it some"):
        parts_of(parts, Recipe())


def test_stopping_cannot_watch_the_accuracy_of_labels():
    recipe = Recipe(stopping=EarlyStopping(monitor="accuracy"))
    with pytest.raises(DescriptionError, match=r"watches accuracy, .* has labels as"):
        fit(ending(2, "sigmoid"), labels(), recipe)


def test_labels_and_numbers_are_different_parts():
    with pytest.raises(DataError, match=r"2 outputs that are labels, the test part"):
        parts_of(Parts(labels(), None, shares()), Recipe())


@pytest.mark.parametrize("other", [blobs(names="abd"), blobs(names="ab"), slopes()])
def test_parts_that_mean_different_things_are_refused(other):
    with pytest.raises(
        DataError, match=r"the train part has .*classes a, b, c, the test"
    ):
        parts_of(Parts(blobs(), None, other), Recipe())


@pytest.mark.parametrize(
    ("design", "recipe", "expected"),
    [
        ([Dense(3)], Recipe(), r"as network; give a Network, as in Network\("),
        (network(), "adam", r"'adam' as recipe; give a Recipe, as in Recipe\("),
    ],
)
def test_what_is_no_network_or_recipe_is_refused(design, recipe, expected):
    with pytest.raises(DescriptionError, match=expected):
        check_kinds(design, recipe)
