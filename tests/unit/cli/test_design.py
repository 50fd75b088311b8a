import dataclasses

import pytest

from ranvier.cli.design import design_for, read_encoders, read_sizes
from ranvier.cli.options import NetworkOptions, RecipeOptions
from ranvier.data import Schema
from ranvier.errors import DescriptionError, FileError
from ranvier.network import Dense, Dropout, Network
from ranvier.recipe import (
    MSE,
    Augmentation,
    Clip,
    EarlyStopping,
    Penalty,
    Recipe,
    read_recipe,
)

DIGITS = Schema("digits", (28, 28), "classification", tuple("0123456789"), 10)
COINS = Schema("coins", (4,), "classification", ("heads", "tails"), 2)
SUMS = Schema("sums", (3,), "regression", (), 2)


def made(schema: Schema = DIGITS, **said: object) -> tuple[Network, Recipe]:
    names = {field.name for field in dataclasses.fields(NetworkOptions)}
    network = {name: value for name, value in said.items() if name in names}
    recipe = {name: value for name, value in said.items() if name not in names}
    return design_for(schema, NetworkOptions(**network), RecipeOptions(**recipe))


def layers(schema: Schema = DIGITS, **said: object) -> list[tuple[int, str]]:
    return [(one.units, one.activation) for one in made(schema, **said)[0].layers]


def hidden(**said: object) -> list[tuple[int, str]]:
    return layers(**said)[:-1]


DEFAULT = [(one.units, one.activation) for one in read_recipe("digits").network.layers]


def test_nothing_said_is_the_recipe_of_digits():
    assert made() == read_recipe("digits")[::-1]


def test_other_classes_get_the_same_network_with_as_many_outputs():
    assert layers(COINS) == [*DEFAULT[:-1], (2, "softmax")]
    assert made(COINS)[1] == read_recipe("digits").recipe


def test_values_get_identity_and_mse():
    assert layers(SUMS) == [*DEFAULT[:-1], (2, "identity")]
    assert made(SUMS)[1].loss == MSE()


def test_a_recipe_keeps_its_network_as_it_stands():
    file = read_recipe("crash-course")
    assert made(recipe="crash-course") == (file.network, file.recipe)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"hidden": "30"}, [(30, "sigmoid"), (10, "sigmoid")]),
        ({"activation": "tanh"}, [(15, "tanh"), (10, "sigmoid")]),
        ({"hidden": "7", "activation": "relu"}, [(7, "relu"), (10, "sigmoid")]),
        ({"hidden": "none"}, [(10, "sigmoid")]),
        ({"loss": "cross_entropy"}, [(15, "sigmoid"), (10, "softmax")]),
        ({"loss": "binary_cross_entropy"}, [(15, "sigmoid"), (10, "sigmoid")]),
        ({"loss": "auto"}, [(15, "sigmoid"), (10, "sigmoid")]),
    ],
    ids=str,
)
def test_options_overrule_the_network_of_a_recipe(said, expected):
    assert layers(recipe="crash-course", **said) == expected


@pytest.mark.parametrize(
    ("loss", "activation"),
    [
        ("mse", "softmax"),
        ("cross_entropy", "softmax"),
        ("binary_cross_entropy", "sigmoid"),
        ("auto", "softmax"),
    ],
)
def test_a_loss_said_by_hand_gets_the_output_that_it_needs(loss, activation):
    network, recipe = made(loss=loss)
    assert network.output.activation == activation
    assert recipe == Recipe.from_dict(recipe.to_dict() | {"loss": loss})
    recipe.loss_for(network)


def test_layers_keep_what_no_option_speaks_of(tmp_path):
    path = tmp_path / "bare.toml"
    path.write_text(
        '[network]\nlayers = [{type="dense", units=3, bias=false},'
        '{type="dense", units=10, activation="softmax", bias=false}]\n'
    )
    network, _ = made(recipe=str(path), activation="tanh")
    assert [layer.bias for layer in network.layers] == [False, False]
    assert network.layers[0].activation == "tanh"


def test_the_shape_of_an_input_that_a_recipe_says_is_kept(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text('[network]\ninput_shape = 5\nlayers = [{type="dense", units=10}]\n')
    assert made(recipe=str(path), hidden="3")[0].input_shape == (5,)


def test_a_recipe_without_network_gets_that_of_digits(tmp_path):
    path = tmp_path / "slow.toml"
    path.write_text('[recipe]\nloss = "binary_cross_entropy"\nepochs = 3\n')
    assert layers(recipe=str(path)) == [*DEFAULT[:-1], (10, "sigmoid")]
    assert made(recipe=str(path))[1].epochs == 3


def test_a_network_in_a_file_may_have_no_hidden_layers(tmp_path):
    path = tmp_path / "flat.toml"
    path.write_text(
        '[network]\nlayers = [{type="dense", units=10, activation="softmax"}]\n'
    )
    assert layers(recipe=str(path)) == [(10, "softmax")]
    assert layers(recipe=str(path), hidden="5") == [(5, "relu"), (10, "softmax")]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("128", [128]), (" 128, 64 ", [128, 64]), ("none", []), ("0", [])],
)
def test_sizes_are_read(text, sizes):
    assert read_sizes(text) == sizes


@pytest.mark.parametrize("text", ["abc", "", "12,", "1.5", "12 13", "none,3"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(DescriptionError, match="as in 128,64; for no hidden layer"):
        read_sizes(text)


@pytest.mark.parametrize("text", ["-3", "5,0"])
def test_a_size_must_be_positive(text):
    with pytest.raises(DescriptionError, match="units must be a positive integer"):
        made(hidden=text)


def test_an_activation_needs_a_hidden_layer():
    with pytest.raises(DescriptionError, match="there is no hidden layer to have it"):
        made(hidden="none", activation="relu")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"epochs": 3}, 3),
        ({"batch_size": 7}, 7),
        ({"seed": 0}, 0),
        ({"validation": 0.0}, 0.0),
        ({"test": 0.25}, 0.25),
        ({"loss": "mse"}, MSE()),
    ],
    ids=str,
)
def test_options_overrule_a_recipe(said, expected):
    (name,) = said
    assert getattr(made(recipe="crash-course", **said)[1], name) == expected


def test_another_optimizer_has_its_own_rate():
    optimizer = made(recipe="crash-course", optimizer="momentum")[1].optimizer
    assert (optimizer.type, optimizer.learning_rate) == ("momentum", 0.01)


def test_the_same_optimizer_keeps_the_rate_of_the_recipe():
    assert made(recipe="crash-course", optimizer="sgd")[1].optimizer.learning_rate == 15


def test_a_rate_is_for_whichever_optimizer():
    optimizer = made(optimizer="nag", learning_rate="0.5")[1].optimizer
    assert (optimizer.type, optimizer.learning_rate) == ("nag", 0.5)


def test_a_rate_may_be_left_to_the_training():
    optimizer = made(optimizer="momentum", learning_rate="auto")[1].optimizer
    assert (optimizer.type, optimizer.learning_rate) == ("momentum", "auto")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"l1": 1e-5}, {"penalty": Penalty(l1=1e-5, l2=0.1)}),
        ({"l2": 0.0}, {"penalty": Penalty()}),
        ({"l2": 1e-4, "max_norm": 3.0}, {"penalty": Penalty(l2=1e-4, max_norm=3.0)}),
        ({"clip_value": 0.5}, {"clip": Clip(value=0.5, norm=2.0)}),
        ({"clip_norm": 1.0}, {"clip": Clip(norm=1.0)}),
        ({"clip_global_norm": 4.0}, {"clip": Clip(norm=2.0, global_norm=4.0)}),
        ({"average": 0.99}, {"average": 0.99}),
        ({"members": 4}, {"members": 4}),
        (
            {"augment": "shift=2, flip=both,cutout=8"},
            {"augmentation": Augmentation(shift=2.0, flip="both", cutout=8)},
        ),
        ({"augment": "none"}, {"augmentation": None}),
        ({"class_weight": "balanced"}, {"class_weight": "balanced"}),
        ({"class_weight": "3=2, 7=.5"}, {"class_weight": {"3": 2.0, "7": 0.5}}),
        ({"class_weight": "a=b=2"}, {"class_weight": {"a=b": 2.0}}),
    ],
    ids=str,
)
def test_penalties_bounds_and_class_weights_change_what_they_speak_of(
    tmp_path, said, expected
):
    path = tmp_path / "bound.toml"
    path.write_text("[recipe]\npenalty = {l2 = 0.1}\nclip = {norm = 2.0}\n")
    before = made(recipe=str(path))[1]
    assert made(recipe=str(path), **said)[1] == dataclasses.replace(before, **expected)


@pytest.mark.parametrize("text", ["", "cat", "cat=", "=2", "cat=2,", "cat=two", "2"])
def test_what_is_no_class_weight_is_refused(text):
    with pytest.raises(DescriptionError, match=r"as in cat=2,dog=0\.5"):
        made(class_weight=text)


@pytest.mark.parametrize("option", ["class_weight", "augment"])
def test_a_name_is_given_once(option):
    with pytest.raises(DescriptionError, match="shift=1, shift=2: shift is given twi"):
        made(**{option: "shift=1, shift=2"})


@pytest.mark.parametrize("text", ["", "shift", "shift=", "=2", "shift=2,"])
def test_what_is_no_augmentation_is_refused(text):
    with pytest.raises(DescriptionError, match=r"as in shift=2,rotate=10, or none"):
        made(augment=text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shft=2", r"there is no option 'shft'; did you mean \"shift\""),
        ("shift=far", "shift must be zero or a positive number of pixels, got 'far'"),
        ("flip=2", "flip must be horizontal, vertical, both or None"),
        ("cutout=1.5", "cutout must be a whole number of pixels"),
    ],
)
def test_an_augmentation_that_cannot_be_is_refused(text, words):
    with pytest.raises(DescriptionError, match=words):
        made(augment=text)


@pytest.fixture
def drawn(tmp_path):
    network = Network([Dense(6, "tanh"), Dropout(0.2), Dense(10, "sigmoid")], (28, 28))
    path = tmp_path / "network.toml"
    path.write_text(network.to_toml())
    return network, str(path)


def test_a_network_in_a_file_stays_as_it_stands_with_the_loss_that_suits_it(drawn):
    network, path = drawn
    assert made(network=path) == (
        network,
        dataclasses.replace(read_recipe("digits").recipe, loss="auto"),
    )


def test_a_network_in_a_file_stands_before_that_of_a_recipe(drawn):
    network, path = drawn
    file = read_recipe("crash-course")
    assert made(recipe="crash-course", network=path) == (network, file.recipe)


def test_a_network_may_stand_in_a_recipe_file(drawn, tmp_path):
    network, _ = drawn
    path = tmp_path / "both.toml"
    path.write_text("[recipe]\nepochs = 3\n[network]\n" + network.to_toml())
    assert made(network=str(path))[0] == network


def test_options_overrule_a_network_in_a_file(drawn):
    _, path = drawn
    network = made(COINS, network=path, activation="relu")[0]
    assert [layer.type for layer in network.layers] == ["dense", "dropout", "dense"]
    assert network.layers[0].activation == "relu"
    assert network.output.units == 2
    assert layers(network=path, hidden="9") == [(9, "tanh"), (10, "sigmoid")]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (None, FileError, "there is no network .* with its layers"),
        ("[network", DescriptionError, "network .* is no TOML"),
        ("layers = []", DescriptionError, "a list of one or more layers"),
        ("units = 3", DescriptionError, "layers"),
    ],
)
def test_a_file_without_a_network_is_refused(tmp_path, text, error, words):
    path = tmp_path / "none.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(error, match=words):
        made(network=str(path))


def test_patience_and_no_stopping_change_the_stopping():
    assert made(recipe="crash-course", patience=2)[1].stopping == EarlyStopping(
        patience=2
    )
    assert made(patience=9)[1].stopping.patience == 9
    assert made(no_stopping=True)[1].stopping is None


def test_patience_and_no_stopping_exclude_each_other():
    with pytest.raises(DescriptionError, match="give one of them"):
        made(no_stopping=True, patience=3)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"optimizer": "adm"}, 'did you mean "adam"'),
        ({"loss": "mes"}, 'did you mean "mse"'),
        ({"activation": "rulu"}, 'did you mean "relu"'),
        ({"epochs": 0}, "epochs must be a positive integer"),
        ({"learning_rate": "nan"}, "learning_rate must be a positive number"),
        ({"learning_rate": "-1"}, 'must be a positive number or "auto", got -1'),
        ({"learning_rate": "fast"}, "--learning-rate fast: expected a number, as in"),
        ({"validation": 1.5}, "validation must be a share of the rows"),
    ],
    ids=str,
)
def test_what_cannot_mean_anything_is_refused(said, words):
    with pytest.raises(DescriptionError, match=words):
        made(**said)


def test_an_unknown_recipe_is_refused():
    with pytest.raises(FileError, match='did you mean "crash-course"'):
        made(recipe="crash-curse")


EMBEDDED = '{type = "embedding", ids = [5]}'
CNN = """
[network]
layers = [
  {type = "conv2d", filters = 4, bias = false},
  {type = "batch_norm", activation = "relu"},
  {type = "max_pool2d"},
  {type = "flatten"},
  {type = "dense", units = 8, activation = "relu"},
  {type = "dense", units = 10, activation = "softmax"},
]
"""


def of_images(tmp_path, text=CNN):
    path = tmp_path / "images.toml"
    path.write_text(text)
    return str(path)


def test_an_activation_asked_for_goes_to_the_layers_that_bend(tmp_path):
    network, _ = made(recipe=of_images(tmp_path), activation="tanh")
    bends = [getattr(one, "activation", None) for one in network.layers]
    assert bends == ["identity", "tanh", None, None, "tanh", "softmax"]


def test_hidden_layers_take_the_first_activation_of_those_they_replace(tmp_path):
    embedding = CNN.replace('{type = "conv2d", filters = 4, bias = false}', EMBEDDED)
    network, _ = made(recipe=of_images(tmp_path, embedding), hidden="5")
    assert network.layers[0] == Dense(5, "relu")


def test_an_output_that_cannot_be_fitted_to_the_data_is_refused(tmp_path):
    text = CNN.replace(
        '{type = "dense", units = 10, activation = "softmax"}', '{type = "dropout"}'
    )
    with pytest.raises(
        DescriptionError,
        match=r"the network ends in Dropout\(rate=0\.5\), which cannot be given 2 outpu"
        r"ts; end it in Dense\(2\)\.",
    ):
        made(COINS, recipe=of_images(tmp_path, text), hidden="5")


@pytest.mark.parametrize(
    ("text", "encoders"),
    [
        ("age=quantile", {"age": "quantile"}),
        ("age=quantile, number = robust", {"age": "quantile", "number": "robust"}),
        ("pay=b=robust", {"pay=b": "robust"}),
        (
            "number=piecewise_linear:bins=256",
            {"number": {"type": "piecewise_linear", "bins": 256}},
        ),
        (
            "pay=periodic:frequencies=4:deviation=0.5,age=quantile:shape=uniform",
            {
                "pay": {"type": "periodic", "frequencies": 4, "deviation": 0.5},
                "age": {"type": "quantile", "shape": "uniform"},
            },
        ),
    ],
)
def test_encoders_are_read_with_their_options(text, encoders):
    assert read_encoders(text) == encoders


@pytest.mark.parametrize("text", ["", "age", "age=", "=robust", "age=robust:bins"])
def test_encoders_that_cannot_be_read_are_refused(text):
    with pytest.raises(
        DescriptionError, match=r"expected columns with their encoders, .*:bins=16"
    ):
        read_encoders(text)
