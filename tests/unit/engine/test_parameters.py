import numpy as np
import pytest

from ranvier.engine.parameters import (
    check_parameters,
    hidden_matrices,
    initial_parameters,
    learnt_parameters,
    named_parameters,
)
from ranvier.errors import DescriptionError
from ranvier.network import (
    BatchNorm,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    Network,
    Residual,
)

NETWORK = Network([Dense(15, "relu"), Dense(10, bias=False)], (28, 28))


def test_parameters_are_named_by_layer_in_their_order():
    assert [(one.layer, one.name, one.shape) for one in named_parameters(NETWORK)] == [
        ("dense_1", "dense_1.weight", (784, 15)),
        ("dense_1", "dense_1.bias", (15,)),
        ("dense_2", "dense_2.weight", (15, 10)),
    ]


def test_parameters_inside_a_residual_have_its_name_before_theirs():
    network = Network([Dense(3, "prelu"), Residual([BatchNorm()], "prelu")], 2)
    names = [one.name for one in named_parameters(network)]
    assert names == [
        *("dense_1.weight", "dense_1.bias", "dense_1.slope", "residual_1.slope"),
        *("residual_1.batch_norm_1.scale", "residual_1.batch_norm_1.shift"),
        "residual_1.batch_norm_1.running_mean",
        "residual_1.batch_norm_1.running_variance",
    ]
    assert [one.name for one in learnt_parameters(network)] == names[:-2]


def test_norms_start_as_if_they_were_not_there_and_slopes_at_a_quarter():
    drawn = initial_parameters(Network([BatchNorm("prelu")], 2), seed=0)
    assert {name.partition(".")[2]: one.tolist() for name, one in drawn.items()} == {
        "scale": [1, 1],
        "shift": [0, 0],
        "running_mean": [0, 0],
        "running_variance": [1, 1],
        "slope": [0.25, 0.25],
    }


def test_the_first_draw_has_every_parameter_in_float32():
    drawn = initial_parameters(NETWORK, seed=0)
    check_parameters(NETWORK, drawn)
    assert {array.dtype for array in drawn.values()} == {np.dtype(np.float32)}


def test_the_first_draw_is_spread_as_the_activation_asks():
    drawn = initial_parameters(NETWORK, seed=0)
    he, glorot = np.sqrt(6 / 784), np.sqrt(6 / (15 + 10))
    assert 0.99 * he < np.abs(drawn["dense_1.weight"]).max() <= he
    assert 0.9 * glorot < np.abs(drawn["dense_2.weight"]).max() <= glorot
    assert not drawn["dense_1.bias"].any()


def test_the_same_seed_draws_the_same_weights():
    first, second = (initial_parameters(NETWORK, seed=7) for _ in range(2))
    np.testing.assert_array_equal(first["dense_2.weight"], second["dense_2.weight"])


def test_another_seed_draws_other_weights():
    first, second = (initial_parameters(NETWORK, seed) for seed in (7, 8))
    assert (first["dense_1.weight"] != second["dense_1.weight"]).any()


def test_the_first_draw_never_changes_between_versions():
    weight = initial_parameters(Network([Dense(2)], 2), seed=0)["dense_1.weight"]
    first = [[-1.1902878284454346, -0.5933466553688049]]
    second = [[-0.0696503072977066, -1.000813364982605]]
    np.testing.assert_array_equal(weight, np.float32(first + second))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"dense_3.weight": np.zeros(3, np.float32)},
            r"weights have the names .*'dense_3\.weight'\], the network needs ",
        ),
        (
            {"dense_1.bias": np.zeros(14, np.float32)},
            r"dense_1\.bias has shape \(14,\), the network needs \(15,\); use the ",
        ),
        (
            {"dense_1.bias": np.full(15, np.nan, np.float32)},
            r"dense_1\.bias holds values that are not finite; use weights from ",
        ),
    ],
)
def test_the_weights_of_another_network_are_refused(change, message):
    with pytest.raises(DescriptionError, match=message):
        check_parameters(NETWORK, initial_parameters(NETWORK, 0) | change)


def test_missing_weights_are_refused():
    with pytest.raises(DescriptionError, match=r"weights have the names \[\]"):
        check_parameters(NETWORK, {})


@pytest.mark.parametrize(
    ("layers", "shape", "names"),
    [
        ([Dense(3)], (4,), []),
        ([Dense(3), Dense(2)], (4,), []),
        ([Dense(3), BatchNorm(), Dense(3), Dense(2)], (4,), ["dense_2.weight"]),
        (
            [Conv2D(3), Conv2D(3), Flatten(), Dense(3), Dense(2)],
            (4, 4, 1),
            ["conv2d_2.weight", "dense_1.weight"],
        ),
        ([Embedding((5, 7)), Dense(3), Dense(2)], (2,), ["dense_1.weight"]),
        (
            [Dense(3), Residual([Dense(3)]), Dense(2)],
            (4,),
            ["residual_1.dense_1.weight"],
        ),
    ],
    ids=["one", "two", "normalized", "kernels", "embedding", "residual"],
)
def test_hidden_matrices_lie_between_the_first_and_the_last(layers, shape, names):
    assert hidden_matrices(Network(layers, shape)) == names


def test_a_negative_variance_is_refused():
    network = Network([BatchNorm()], 2)
    arrays = initial_parameters(network, 0)
    arrays["batch_norm_1.running_variance"][1] = -0.5
    with pytest.raises(
        DescriptionError,
        match=r"batch_norm_1\.running_variance holds -0\.5, a variance is never neg",
    ):
        check_parameters(network, arrays)
