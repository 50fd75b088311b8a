"""Each layer of the reference engine, on numbers that can be checked by hand."""

import numpy as np
import pytest

from ranvier.engine.randomness import words
from ranvier.engine.reference.layers import LAYERS, Pass, answering
from ranvier.network import LAYERS as DESCRIBED
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
    Reshape,
)
from ranvier.network.layers import place

OWN = {"weight": np.array([[1.0, 2], [3, 4], [5, 6]]), "bias": np.array([10.0, 20])}
X = np.array([[1.0, 0, 2], [0, 1, 1]])
GRAD_Z = np.array([[1.0, 0], [2, 1]])
IMAGE = np.array([[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]])


def forward(layer, x, own=None, now=None):
    (at,) = place([layer], x.shape[1:])
    now = now or answering(len(x))
    return LAYERS[layer.type].forward(at, own or {}, now, np.asarray(x))


def backward(layer, x, grad_z, own=None, now=None):
    (at,) = place([layer], x.shape[1:])
    now = now or answering(len(x))
    return LAYERS[layer.type].backward(at, own or {}, now, x, np.asarray(grad_z))


def learning(rows, weights=None, **changes):
    weights = np.ones(rows) if weights is None else np.array(weights, float)
    places = np.arange(rows, dtype=np.uint32)
    return Pass(True, weights, places)._replace(**changes)


def test_every_layer_that_is_described_is_computed():
    assert {*LAYERS, "residual"} == set(DESCRIBED)


def test_dense_adds_weighted_inputs_and_bias():
    np.testing.assert_array_equal(forward(Dense(2), X, OWN), [[21, 34], [18, 30]])


def test_dense_without_bias_adds_weighted_inputs():
    weight = {"weight": OWN["weight"]}
    np.testing.assert_array_equal(forward(Dense(2), X, weight), [[11, 14], [8, 10]])


def test_dense_backward_shares_the_blame():
    gradients, grad_x = backward(Dense(2), X, GRAD_Z, OWN)
    np.testing.assert_array_equal(gradients["weight"], [[1, 0], [2, 1], [4, 1]])
    np.testing.assert_array_equal(gradients["bias"], [3, 1])
    np.testing.assert_array_equal(grad_x, [[1, 3, 5], [4, 10, 16]])


def test_dense_backward_without_bias_has_no_gradient_for_it():
    gradients, _ = backward(Dense(2), X, GRAD_Z, {"weight": OWN["weight"]})
    assert set(gradients) == {"weight"}


def test_dense_reads_images_row_by_row():
    weight = np.arange(9.0)[:, None]
    z = forward(Dense(1), IMAGE, {"weight": weight})
    assert z == [[sum(k * (k + 1) for k in range(9))]]


def test_a_convolution_looks_at_each_place_without_turning_its_kernel():
    layer = Conv2D(1, 2, padding="valid", bias=False)
    weight = np.array([[1.0, 0], [0, -10]]).reshape(2, 2, 1, 1)
    z = forward(layer, IMAGE, {"weight": weight})
    np.testing.assert_array_equal(z[0, ..., 0], [[1 - 50, 2 - 60], [4 - 80, 5 - 90]])


def test_a_convolution_sees_zeros_beyond_the_border():
    weight = np.ones((3, 3, 1, 1))
    z = forward(Conv2D(1, 3), IMAGE, {"weight": weight, "bias": np.array([0.5])})
    np.testing.assert_array_equal(
        z[0, ..., 0] - 0.5, [[12, 21, 16], [27, 45, 33], [24, 39, 28]]
    )


def test_a_convolution_of_sounds_steps_and_spreads():
    layer = Conv1D(1, 2, stride=2, dilation=2, padding="valid", bias=False)
    sound = np.array([[1.0, 2, 3, 4, 5, 6, 7]])
    z = forward(layer, sound, {"weight": np.array([10.0, 1]).reshape(2, 1, 1)})
    np.testing.assert_array_equal(z[0, :, 0], [13, 35, 57])


def test_groups_see_their_own_channels():
    x = np.array([[[[1.0, 10]]]])
    weight = np.array([[[[1.0, 2, 3, 4]]]])
    z = forward(Conv2D(4, 1, groups=2, bias=False), x, {"weight": weight})
    np.testing.assert_array_equal(z, [[[[1, 2, 30, 40]]]])


def test_the_largest_of_equal_values_is_the_first():
    layer, x = MaxPool2D((1, 3)), np.array([[[2.0, 5, 5]]])
    assert forward(layer, x) == [[[[5]]]]
    _, grad_x = backward(layer, x, [[[[1.0]]]])
    np.testing.assert_array_equal(grad_x, [[[0, 1, 0]]])


def test_padding_is_never_the_largest():
    z = forward(MaxPool2D(3, stride=1, padding="same"), -IMAGE)
    np.testing.assert_array_equal(
        z[0, ..., 0], [[-1, -1, -2], [-1, -1, -2], [-4, -4, -5]]
    )


def test_the_mean_is_that_of_the_pixels_that_are_there():
    z = forward(AveragePool2D(2, padding="same"), IMAGE)
    np.testing.assert_array_equal(z[0, ..., 0], [[3, 4.5], [7.5, 9]])
    _, grad_x = backward(AveragePool2D(2, padding="same"), IMAGE, np.ones(z.shape))
    np.testing.assert_array_equal(
        grad_x, [[[1 / 4, 1 / 4, 1 / 2], [1 / 4, 1 / 4, 1 / 2], [1 / 2, 1 / 2, 1]]]
    )


def test_the_global_mean_is_one_number_a_channel():
    x = np.stack([IMAGE, 2 * IMAGE], axis=-1)
    np.testing.assert_array_equal(forward(GlobalAveragePool(), x), [[5, 10]])
    np.testing.assert_array_equal(forward(GlobalAveragePool(), IMAGE), [[4, 5, 6]])


@pytest.mark.parametrize("layer", [Flatten(), Reshape((9,))], ids=str)
def test_numbers_keep_their_order_in_another_shape(layer):
    np.testing.assert_array_equal(forward(layer, IMAGE), [np.arange(1, 10)])
    assert backward(layer, IMAGE, np.ones((1, 9)))[1].shape == IMAGE.shape


@pytest.mark.parametrize("layer", [Dropout(0.5), GaussianNoise(3.0)], ids=str)
def test_noise_is_none_where_nothing_is_learnt(layer):
    assert forward(layer, X) is X


def test_dropout_keeps_a_share_and_stretches_it():
    x = np.full((40, 250), 3.0)
    z = forward(Dropout(0.2), x, now=learning(40, seed=5, step=3))
    drawn = words(5, 1, 3, 40, 250)
    np.testing.assert_array_equal(z, np.where(drawn >= int(0.2 * 2**32), 3 / 0.8, 0))
    # ten thousand draws: five standard deviations
    assert abs((z > 0).mean() - 0.8) < 5 * np.sqrt(0.2 * 0.8 / 10_000)


def test_dropout_of_nothing_keeps_all():
    np.testing.assert_array_equal(forward(Dropout(0.0), X, now=learning(2)), X)


def test_dropout_hands_the_gradient_to_what_it_kept():
    now, x = learning(2, seed=1), np.ones((2, 100))
    _, grad_x = backward(Dropout(0.5), x, x, now=now)
    np.testing.assert_array_equal(grad_x, forward(Dropout(0.5), x, now=now))


def test_noise_is_normal_with_the_deviation_asked_for():
    noise = forward(GaussianNoise(2.0), np.zeros((100, 200)), now=learning(100))
    count = noise.size
    assert abs(noise.mean()) < 5 * 2 / np.sqrt(count)
    assert abs(noise.std() - 2) < 5 * 2 / np.sqrt(2 * count)
    inside = (np.abs(noise) < 2).mean()  # 68.27 % lie within one deviation
    assert abs(inside - 0.6827) < 5 * np.sqrt(0.6827 * 0.3173 / count)


def norm_arrays(**changes):
    names = ("scale", "running_variance", "shift", "running_mean")
    own = dict(zip(names, np.array([[1.0, 1], [1, 1], [0, 0], [0, 0]]), strict=True))
    return own | {name: np.array(array, float) for name, array in changes.items()}


def test_batch_norm_gives_each_channel_mean_0_and_variance_1():
    x = np.array([[1.0, 10], [3, 50]])
    z = forward(BatchNorm(epsilon=1e-30), x, norm_arrays(), learning(2))
    np.testing.assert_array_equal(z, [[-1, -1], [1, 1]])


def test_batch_norm_answers_by_the_running_statistics():
    own = norm_arrays(
        scale=[2, 1], shift=[0, 7], running_mean=[1, 0], running_variance=[4, 1]
    )
    z = forward(BatchNorm(epsilon=1e-30), np.array([[5.0, 3]]), own)
    np.testing.assert_array_equal(z, [[4, 10]])


@pytest.mark.parametrize(
    ("x", "weights", "mean", "variance"),
    [
        ([[1.0, 0], [3, 4]], [1, 1], [2, 2], [1 * 2, 4 * 2]),
        ([[1.0, 0], [3, 4]], [2, 2], [2, 2], [1 * 4 / 3, 4 * 4 / 3]),
        ([[1.0, 0], [3, 4]], [3, 1], [1.5, 1], [0.75 * 4 / 3, 3 * 4 / 3]),
        ([[5.0, 6]], [1], [4, 8], [1, 1]),  # kept as they were
        ([[1.0, 0], [3, 4]], [0.1, 0.1], [2, 2], [1 * 2, 4 * 2]),
        ([[1.0, 0], [3, 4], [9, 9]], [1, 1, 0], [2, 2], [1 * 2, 4 * 2]),
        ([[[1.0, 0], [3, 4]]], [1], [2, 2], [1 * 2, 4 * 2]),
    ],
    ids=["rows", "double", "weighted", "single", "tenths", "absent", "places"],
)
def test_running_statistics_follow_those_of_the_batch(x, weights, mean, variance):
    x, layer = np.array(x), BatchNorm(momentum=0.75)
    (at,) = place([layer], x.shape[1:])
    own = norm_arrays(running_mean=[4, 8])
    arrays = LAYERS["batch_norm"].remember(at, own, learning(len(x), weights), x)
    np.testing.assert_allclose(
        arrays["running_mean"], [3 + mean[0] / 4, 6 + mean[1] / 4], rtol=1e-15
    )
    np.testing.assert_allclose(
        arrays["running_variance"],
        [0.75 + variance[0] / 4, 0.75 + variance[1] / 4],
        rtol=1e-15,
    )


def test_layer_norm_looks_at_each_place_by_itself():
    x = np.array([[[1.0, 3], [10, 50]], [[0, 2], [7, 5]]])
    own = {"scale": np.array([1.0, 2]), "shift": np.array([0.0, 1])}
    z = forward(LayerNorm(epsilon=1e-30), x, own)
    np.testing.assert_array_equal(z, [[[-1, 3], [-1, 3]], [[-1, 3], [1, -1]]])


def test_an_embedding_finds_rows_and_keeps_the_other_columns():
    layer = Embedding((3, 2), (2, 1), columns=(1, 3))
    own = {"table_1": np.array([[1.0, 2], [3, 4], [5, 6]]), "table_2": np.eye(2)[:, :1]}
    x = np.array([[0.5, 2, 0.25, 0], [0.75, 2, 9, 1]])
    np.testing.assert_array_equal(
        forward(layer, x, own), [[5, 6, 1, 0.5, 0.25], [5, 6, 0, 0.75, 9]]
    )
    gradients, grad_x = backward(
        layer, x, [[1.0, 2, 3, 4, 5], [10, 20, 30, 40, 50]], own
    )
    np.testing.assert_array_equal(gradients["table_1"], [[0, 0], [0, 0], [11, 22]])
    np.testing.assert_array_equal(gradients["table_2"], [[3], [30]])
    np.testing.assert_array_equal(grad_x, [[4, 0, 5, 0], [40, 0, 50, 0]])
