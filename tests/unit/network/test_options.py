"""What layers refuse to be told, and what they say of it."""

import pytest

from ranvier.errors import DescriptionError
from ranvier.network import (
    AveragePool2D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    LayerNorm,
    LeakyReLU,
    MaxPool2D,
    Network,
    Reshape,
    Residual,
)
from tests.support.catalogue import NETWORKS

every_network = pytest.mark.parametrize("network", NETWORKS)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Embedding(3, width=[[1]]), r"width must be .*, got \[1\]"),
        (lambda: Conv2D(0), r"Conv2D\(filters=0\): filters must be a positive integer"),
        (
            lambda: Conv2D(3, 0),
            r"kernel_size must be a positive integer, or two of them as \(height, "
            r"width\), got 0; leave it out for the usual one\.",
        ),
        (lambda: Conv2D(3, (3, 3, 3)), r"kernel_size must be .*, got \(3, 3, 3\)"),
        (lambda: Conv2D(3, stride=(1, 0)), r"stride must be .*, got \(1, 0\)"),
        (lambda: Conv2D(3, dilation=2.5), r"dilation must be .*, got 2\.5"),
        (
            lambda: Conv2D(3, padding="full"),
            r'padding must be "same" or "valid", got \'full\'; "same" adds a border to '
            r'the image, "valid" stays inside it\.',
        ),
        (lambda: Conv2D(3, groups=0), "groups must be a positive integer, got 0"),
        (
            lambda: Conv2D(3, activation="softmax"),
            r"softmax compares the outputs of Dense alone, this layer cannot have it; "
            r'end the network in Dense\(10, "softmax"\)\.',
        ),
        (
            lambda: BatchNorm({"type": "softmax"}),
            "softmax compares the outputs of Dense alone",
        ),
        (lambda: Conv1D(3, (3, 3)), "kernel_size must be a positive integer, got"),
        (lambda: MaxPool2D("2"), "size must be a positive integer, or two of them"),
        (
            lambda: AveragePool2D(2, stride=0),
            r"stride must be a positive integer, or two of them as \(height, width\), "
            r"got 0; leave it out for windows side by side\.",
        ),
        (
            lambda: Reshape(()),
            r"shape must be positive integers, as in \(28, 28, 1\), got \(\); give",
        ),
        (lambda: Reshape((3, -1)), "shape must be positive integers"),
        (
            lambda: Dropout(1.0),
            r"rate must be a share of the inputs, at least 0 and below 1, got 1\.0; ",
        ),
        (
            lambda: GaussianNoise(-0.1),
            r"stddev must be zero or a positive number, got -0\.1; 0\.1 is usual",
        ),
        (
            lambda: BatchNorm(momentum=1.0),
            r"momentum must be a share, at least 0 and below 1, got 1\.0; 0\.9 is usu",
        ),
        (
            lambda: LayerNorm(epsilon=0.0),
            r"epsilon must be a positive number, got 0\.0; 1e-5 is usual; it keeps f",
        ),
        (
            lambda: Embedding(()),
            r"ids must be the size of each table, as in \(1682, 943\), got \(\); give ",
        ),
        (lambda: Embedding((5, 0)), r"ids must be the size of each table"),
        (
            lambda: Embedding(5, 0),
            "width must be a positive integer, or one for each table, got 0; 8 to 64 ",
        ),
        (
            lambda: Embedding((5, 3), (4, 2, 1)),
            r"Embedding\(width=\(4, 2, 1\)\): there are 2 tables, one for each of ids; "
            r"give width as many numbers\.",
        ),
        (
            lambda: Embedding((5, 3), columns=0),
            r"Embedding\(columns=\(0,\)\): there are 2 tables, .*; give columns as",
        ),
        (
            lambda: Embedding((5, 3), columns=(1, 1)),
            r"columns=\(1, 1\)\): a column was given twice; give each table a column",
        ),
        (
            lambda: Embedding(5, columns=(-1,)),
            "columns must be the number of a column for each table, from 0, got",
        ),
        (
            lambda: Residual([]),
            r"layers must be a list of one or more layers, got \[\]; give the branch",
        ),
        (lambda: Residual([5]), "5 is no layer; known: dense"),
    ],
)
def test_a_layer_that_cannot_be_is_refused(make, message):
    with pytest.raises(DescriptionError, match=message):
        make()


@pytest.mark.parametrize(
    ("given", "short"),
    [
        (Conv2D(3, (5, 5), stride=[2, 2]), Conv2D(3, 5, stride=2)),
        (MaxPool2D((2, 2), (3, 3)), MaxPool2D(2, 3)),
        (Embedding(5, 4, 2), Embedding((5,), (4,), (2,))),
        (Embedding([5, 3], [4, 4]), Embedding((5, 3), 4)),
        (Reshape([3, 4]), Reshape((3, 4))),
        (LayerNorm(LeakyReLU()), LayerNorm("leaky_relu")),
    ],
    ids=str,
)
def test_what_says_the_same_is_equal(given, short):
    assert given == short
    assert hash(given) == hash(short)


@every_network
def test_networks_of_every_layer_survive_json_and_toml(network):
    assert Network.from_json(network.to_json()) == network
    assert Network.from_toml(network.to_toml()) == network


@every_network
def test_networks_of_every_layer_can_be_shown(network):
    assert network.summary().isascii()
    assert f"{network.size:,}" in network.summary()
    assert network.draw().count("<g ") == len(network.layers) + 1


def test_layers_nested_without_end_are_refused():
    table = {"type": "dense", "units": 3}
    for _ in range(2000):
        table = {"type": "residual", "layers": [table]}
    with pytest.raises(DescriptionError, match="nested too deep; take some out"):
        Network.from_dict({"layers": [table]})


def test_residuals_in_residuals_are_placed_in_no_time():
    layer = Dense(3)
    for _ in range(25):
        layer = Residual([layer])
    assert sum(1 for _ in Network([layer, Flatten()], 3).walk()) == 27
