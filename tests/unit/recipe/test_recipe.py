import copy
import dataclasses
import pickle

import pytest

from ranvier.errors import DescriptionError
from ranvier.network import ACTIVATIONS, Dense, Network
from ranvier.recipe import (
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    SGD,
    Adam,
    EarlyStopping,
    Recipe,
    ScheduleFree,
)
from tests.support.pairs import OUTPUTS

RECIPES = [
    Recipe(),
    Recipe(stopping=None),
    Recipe(stopping=EarlyStopping("accuracy", 2, 0.5)),
    Recipe(validation=0, test=0, seed=2**63 - 1, epochs=1, batch_size=1),
    Recipe(warmup=0.25),
    Recipe(penalty={"l2": 0.1}),
    Recipe(clip={"norm": 1.0}),
    *(Recipe(loss=loss) for loss in LOSSES),
    *(Recipe(schedule=name) for name in SCHEDULES if name != "constant"),
    *(Recipe(optimizer=kind(0.25)) for kind in (OPTIMIZERS[one] for one in OPTIMIZERS)),
]
every_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=str)


def ending_in(activation, units=3):
    return Network([Dense(units, activation)])


@every_recipe
def test_json_gives_back_the_recipe(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe


@every_recipe
def test_toml_gives_back_the_recipe(recipe):
    assert Recipe.from_toml(recipe.to_toml()) == recipe


@every_recipe
def test_recipes_are_equal_and_hashed_by_value(recipe):
    twin = copy.deepcopy(recipe)
    assert twin == recipe
    assert hash(twin) == hash(recipe)


@every_recipe
def test_recipes_survive_pickling(recipe):
    assert pickle.loads(pickle.dumps(recipe)) == recipe


def test_recipes_that_differ_are_not_equal():
    assert len(set(RECIPES)) == len(RECIPES)


def test_recipes_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="epochs"):
        Recipe().epochs = 3


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_may_be_named_described_or_given(name):
    given = Recipe(optimizer=OPTIMIZERS[name]())
    assert Recipe(optimizer=name) == given
    assert Recipe(optimizer={"type": name}) == given


def test_no_stopping_is_written_as_false():
    assert Recipe(stopping=None).to_dict()["stopping"] is False


def test_stopping_may_be_described():
    described = Recipe(stopping={"patience": 3})
    assert described == Recipe(stopping=EarlyStopping(patience=3))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_auto_takes_the_loss_that_is_made_for_the_output(activation):
    fitting = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
    expected = fitting.get(activation, "mse")
    assert Recipe().loss_for(ending_in(activation)).type == expected


@pytest.mark.parametrize(("activation", "loss"), OUTPUTS)
def test_a_loss_that_fits_the_output_is_taken(activation, loss):
    assert Recipe(loss=loss).loss_for(ending_in(activation)).type == loss


@pytest.mark.parametrize(
    ("activation", "loss", "message"),
    [
        (
            "identity",
            "cross_entropy",
            r"the loss cross_entropy needs an output layer with activation softmax, "
            r"this network's has identity; change the output layer to "
            r"Dense\(3, \"softmax\"\), or the loss to mse\.",
        ),
        (
            "sigmoid",
            "cross_entropy",
            r"Dense\(3, \"softmax\"\), or the loss to binary_cross_entropy\.",
        ),
        (
            "softmax",
            "binary_cross_entropy",
            r"Dense\(3, \"sigmoid\"\), or the loss to cross_entropy\.",
        ),
    ],
)
def test_a_loss_that_cannot_judge_the_output_is_refused(activation, loss, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(loss=loss).loss_for(ending_in(activation))


@pytest.mark.parametrize("loss", ["auto", "cross_entropy"])
def test_softmax_over_one_output_is_refused(loss):
    with pytest.raises(
        DescriptionError,
        match=r"the loss cross_entropy compares the outputs of classes",
    ):
        Recipe(loss=loss).loss_for(ending_in("softmax", units=1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"loss": "mze"},
            "there is no loss 'mze'; did you mean \"mse\".*known: mse, ma",
        ),
        ({"loss": None}, "None is no loss; known: mse"),
        ({"loss": ["mse"]}, r"\['mse'\] is no loss; known: mse"),
        ({"optimizer": "adm"}, "there is no optimizer 'adm'; did you mean \"adam\""),
        (
            {"optimizer": 5},
            "5 is no optimizer; known: sgd, momentum, nag, adagrad, ada",
        ),
        ({"optimizer": Adam}, "<class .*Adam'> is no optimizer"),
        (
            {"optimizer": {"type": "sgd", "decay": 1}},
            r"SGD\(decay=1\): there is no opt",
        ),
        (
            {"epochs": 0},
            "epochs must be a positive integer, got 0; one epoch sees ever",
        ),
        ({"epochs": 2.0}, r"epochs must be a positive integer, got 2\.0"),
        (
            {"batch_size": 0},
            "batch_size must be a positive integer, got 0; 32 suits mo",
        ),
        ({"batch_size": 2**25}, "batch_size must be at most 16777216, got 33554432"),
        (
            {"validation": 1.0},
            r"validation must be a share of the rows, at least 0 and below 1, got 1\.0",
        ),
        (
            {"test": -0.5},
            r"test must be a share of the rows, .* got -0\.5; 0\.1 is usu",
        ),
        (
            {"validation": 0.5, "test": 0.5},
            r"Recipe\(validation=0\.5, test=0\.5\): together they must stay below 1",
        ),
        (
            {"seed": -1},
            r"seed must be an integer from 0 to 2\^63 - 1, got -1; the same",
        ),
        ({"seed": 2**63}, r"seed must be an integer from 0 to 2\^63 - 1, got 92233720"),
        (
            {"stopping": 5},
            "stopping must be an EarlyStopping or None, got 5; None trai",
        ),
        ({"stopping": {"patience": 0}}, "patience must be a positive integer, got 0"),
        ({"epoch": 3}, "there is no option 'epoch'; did you mean \"epochs\""),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        Recipe(**options)


def test_a_changed_copy_is_checked():
    with pytest.raises(DescriptionError, match="epochs must be a positive integer"):
        dataclasses.replace(Recipe(), epochs=0)


def test_the_default_is_adam_on_the_loss_that_fits():
    assert Recipe() == Recipe("auto", Adam(0.001))
    assert Recipe() != Recipe(optimizer=SGD())


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("schedule", {"schedule": "cosine"}),
        ("warmup", {"warmup": 0.1}),
        ("augmentation", {"augmentation": {"shift": 2}}),
        ("average", {"average": 0.9}),
        ("clip", {"clip": {"value": 1.0}}),
        (r"penalty\.l1", {"penalty": {"l1": 0.1}}),
        (r"penalty\.max_norm", {"penalty": {"max_norm": 1.0}}),
    ],
)
def test_lbfgs_is_left_to_search_alone(name, options):
    with pytest.raises(
        DescriptionError, match=rf"lbfgs searches .* and {name} would change them"
    ):
        Recipe(optimizer="lbfgs", **options)


def test_lbfgs_takes_l2():
    assert Recipe(optimizer="lbfgs", penalty={"l2": 0.1}).penalty.l2 == 0.1


@pytest.mark.parametrize("value", [0, 1, -0.1, 2, float("nan"), "0.9", True])
def test_an_average_is_a_decay_between_0_and_1(value):
    with pytest.raises(
        DescriptionError,
        match=r"average must be a number between 0 and 1, or None, got .*; 0\.999 is u",
    ):
        Recipe(average=value)


@pytest.mark.parametrize("value", [0, -1, 65, 1.5, "4", True, None])
def test_members_are_a_number_of_networks(value):
    with pytest.raises(
        DescriptionError, match=r"members must be (an|at most) .*64, got .*; 4 to 8 ga"
    ):
        Recipe(members=value)


def test_max_norm_is_refused_where_a_mean_of_weights_is_shipped():
    with pytest.raises(
        DescriptionError, match=r"max_norm=1\.0: schedule_free ships a mean .* leave"
    ):
        Recipe(optimizer=ScheduleFree(), penalty={"max_norm": 1.0})
