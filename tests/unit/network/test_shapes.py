"""What layers make of shapes, and what they say of those that do not fit."""

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
    GlobalAveragePool,
    LayerNorm,
    MaxPool2D,
    Network,
    Reshape,
    Residual,
)


@pytest.mark.parametrize(
    ("layer", "given", "expected"),
    [
        (Conv2D(6), (28, 28), (28, 28, 6)),
        (Conv2D(6, 5, padding="valid"), (28, 28, 3), (24, 24, 6)),
        (Conv2D(6, (3, 5), stride=(2, 3)), (7, 8, 1), (4, 3, 6)),
        (Conv2D(6, 3, padding="valid", dilation=(2, 3)), (7, 8, 1), (3, 2, 6)),
        (Conv2D(6, 1, padding="valid", stride=2), (7, 8), (4, 4, 6)),
        (Conv1D(4), (9,), (9, 4)),
        (Conv1D(4, 5, stride=2), (9, 3), (5, 4)),
        (Conv1D(4, 5, padding="valid", dilation=2), (9, 3), (1, 4)),
        (MaxPool2D(), (7, 8), (3, 4, 1)),
        (MaxPool2D(padding="same"), (7, 8, 3), (4, 4, 3)),
        (MaxPool2D(3, stride=2), (7, 8, 3), (3, 3, 3)),
        (AveragePool2D((1, 8)), (7, 8, 3), (7, 1, 3)),
        (GlobalAveragePool(), (7, 8, 3), (3,)),
        (GlobalAveragePool(), (8, 3), (3,)),
        (Flatten(), (7, 8, 3), (168,)),
        (Flatten(), (5,), (5,)),
        (Reshape((7, 8)), (56,), (7, 8)),
        (Dropout(), (7, 8), (7, 8)),
        (GaussianNoise(), (7,), (7,)),
        (BatchNorm(), (7, 8, 3), (7, 8, 3)),
        (LayerNorm(), (7,), (7,)),
        (Embedding((5, 3), 4), (2,), (8,)),
        (Embedding((5, 3), (4, 2), columns=(3, 0)), (6,), (10,)),
        (Residual([Conv2D(3, 3), BatchNorm()]), (7, 8, 3), (7, 8, 3)),
    ],
    ids=str,
)
def test_a_layer_gives_outputs_of_the_shape_it_says(layer, given, expected):
    assert layer.output_shape(given) == expected


@pytest.mark.parametrize(
    ("layer", "given", "expected"),
    [
        (Conv2D(6, (3, 5)), (9, 9, 4), {"weight": (3, 5, 4, 6), "bias": (6,)}),
        (Conv2D(6, 3, bias=False, groups=2), (9, 9, 4), {"weight": (3, 3, 2, 6)}),
        (Conv1D(6, 5, groups=3), (9, 3), {"weight": (5, 1, 6), "bias": (6,)}),
        (LayerNorm(), (7, 3), {"scale": (3,), "shift": (3,)}),
        (Embedding((5, 3), (4, 2)), (2,), {"table_1": (5, 4), "table_2": (3, 2)}),
        (Embedding(5, 4), (2,), {"table_1": (5, 4)}),
        (MaxPool2D(), (7, 8), {}),
    ],
    ids=str,
)
def test_a_layer_owns_arrays_of_the_shapes_it_says(layer, given, expected):
    assert {one.name: one.shape for one in layer.parameters(given)} == expected


def test_running_statistics_are_not_learnt():
    kinds = {one.name: one.is_learnt for one in BatchNorm().parameters((3,))}
    assert kinds == {
        "scale": True,
        "shift": True,
        "running_mean": False,
        "running_variance": False,
    }


@pytest.mark.parametrize(
    ("padding", "image", "size", "stride", "before"),
    [
        ("same", (5, 6), 3, 1, (1, 1)),
        ("same", (5, 6), 2, 1, (0, 0)),
        ("same", (5, 6), 4, 1, (1, 1)),
        ("same", (5, 6), 3, 2, (1, 0)),
        ("same", (5, 6), 1, 3, (0, 0)),
        ("valid", (5, 6), 3, 2, (0, 0)),
    ],
)
def test_same_padding_has_its_smaller_half_before(padding, image, size, stride, before):
    layer = Conv2D(1, size, stride=stride, padding=padding)
    assert layer.window(image).padding == before


def test_a_sound_is_an_image_one_row_high():
    window = Conv1D(4, 5, stride=2).window((9, 3))
    assert window.image == (1, 9, 3)
    assert (window.size, window.stride, window.output) == ((1, 5), (1, 2), (1, 5))


def test_the_global_pool_is_one_window():
    window = GlobalAveragePool().window((7, 8, 3))
    assert (window.size, window.output) == ((7, 8), (1, 1))


@pytest.mark.parametrize(
    ("layers", "shape", "message"),
    [
        (
            [Conv2D(3)],
            (10,),
            r"conv2d_1: Conv2D was given inputs of shape \(10,\), it needs images \("
            r"height, width\) or \(height, width, channels\); put Reshape\(\(heig",
        ),
        (
            [Conv2D(3)],
            (2, 2, 2, 2),
            r"conv2d_1: .*of shape \(2, 2, 2, 2\), it needs im",
        ),
        (
            [Conv2D(3, 5, padding="valid")],
            (4, 9),
            r"conv2d_1: Conv2D was given inputs of shape \(4, 9, 1\), it needs height "
            r'and width of at least 5 × 5; use padding="same", or a smaller window',
        ),
        (
            [Conv2D(4), Conv2D(6, groups=3)],
            (4, 9),
            r"conv2d_2: Conv2D\(filters=6, groups=3\) was given 4 channels; groups "
            "must divide both the channels and the filters",
        ),
        (
            [Conv1D(3)],
            (4, 4, 4),
            r"conv1d_1: .* it needs sounds \(length,\) or \(length",
        ),
        (
            [Dense(4), MaxPool2D()],
            (3,),
            r"max_pool2d_1: MaxPool2D was given inputs of sh",
        ),
        ([MaxPool2D(3)], (2, 5), "at least 3 × 3"),
        (
            [GlobalAveragePool()],
            (3,),
            r"shape \(3,\), it needs images .*; leave it out where inputs are flat",
        ),
        (
            [Reshape((2, 3))],
            (7,),
            r"shape \(7,\), it needs 6 numbers for the shape \(2, 3\); give a shape wi",
        ),
        (
            [Embedding((5, 3)), Dense(2)],
            (1,),
            r"embedding_1: .*\(1,\), it needs rows with at least 2 columns; name the c",
        ),
        (
            [Embedding(5), Dense(2)],
            (2, 2),
            "embedding_1: .*needs rows with at least 1 ",
        ),
        (
            [Dense(4), Residual([Dense(4), Dense(5)])],
            (3,),
            r"residual_1: Residual was given inputs of shape \(4,\), its branch makes "
            r"\(5,\) of them; a branch keeps the shape",
        ),
        (
            [Residual([Residual([Conv2D(3)])])],
            (3,),
            r"^residual_1\.residual_1\.conv2d_1: Conv2D was given inputs of shape \(3,",
        ),
        (
            [Dense(9), Reshape((3, 3)), Conv2D(4)],
            (3,),
            r"conv2d_1: the network ends in outputs of shape \(3, 3, 4\), they must be "
            r"flat; end it in Flatten\(\), GlobalAveragePool\(\) or Dense\(10\)\.",
        ),
    ],
)
def test_layers_that_do_not_fit_say_which_and_why(layers, shape, message):
    with pytest.raises(DescriptionError, match=message):
        Network(layers, shape)


def test_a_network_is_checked_as_soon_as_its_shape_is_known():
    network = Network([Conv2D(3), GlobalAveragePool()])
    with pytest.raises(DescriptionError, match="conv2d_1"):
        network.with_input((10,))


def test_an_embedding_comes_first():
    with pytest.raises(
        DescriptionError, match=r"put behind another layer; .* the first layer of"
    ):
        Network([Dense(3), Embedding(5)])


def test_an_embedding_is_in_no_branch():
    with pytest.raises(DescriptionError, match=r"put into a Residual; .* the first la"):
        Residual([Embedding(5)])


def test_layers_are_counted_with_those_inside_a_residual():
    branch = [Dense(4, "relu"), Residual([Dense(4)]), Dense(4)]
    network = Network([Dense(4), Residual(branch), Dense(2)], (3,))
    assert [(one.number, one.name) for one in network.walk()] == [
        (1, "dense_1"),
        (2, "residual_1"),
        (3, "residual_1.dense_1"),
        (4, "residual_1.residual_1"),
        (5, "residual_1.residual_1.dense_1"),
        (6, "residual_1.dense_2"),
        (7, "dense_2"),
    ]


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (Dense(15), (28, 28), 784 * 15),
        (Conv2D(6, 3), (8, 8, 2), 64 * 9 * 2 * 6),
        (Conv2D(6, 3, stride=2, groups=2), (8, 8, 2), 16 * 9 * 6),
        (Conv1D(4, 5), (10, 3), 10 * 5 * 3 * 4),
        (BatchNorm(), (8, 8, 2), 0),
        (MaxPool2D(), (8, 8, 2), 0),
        (Residual([Dense(9)]), (9,), 0),
    ],
    ids=str,
)
def test_a_layer_counts_the_products_of_one_input(layer, shape, expected):
    network = Network([layer, Flatten(), Dense(1)], shape)
    assert next(network.placed()).products == expected


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Dense(2, "softmax"), "softmax"),
        (Dense(2, {"type": "leaky_relu", "slope": 0.2}), "leaky_relu"),
        (BatchNorm("tanh"), "tanh"),
        (Dropout(), "identity"),
    ],
    ids=str,
)
def test_the_activation_of_the_output_is_that_of_the_last_layer(layer, expected):
    assert Network([Dense(2), layer]).output_activation == expected


def test_the_number_of_outputs_may_take_the_inputs_shape_to_tell():
    network = Network([Flatten()])
    assert network.outputs is None
    assert network.with_input((2, 3)).outputs == 6
    assert Network([Dense(5)]).outputs == 5


@pytest.mark.parametrize(
    ("layer", "columns"),
    [(Embedding((5, 3)), (0, 1)), (Embedding(5, columns=2), (2,)), (Dense(2), ())],
    ids=str,
)
def test_a_network_knows_its_columns_of_ids(layer, columns):
    assert Network([layer]).id_columns == columns
