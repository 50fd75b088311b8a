import dataclasses

import pytest

from ranvier.errors import DescriptionError
from ranvier.network import ACTIVATIONS, LAYERS, Dense, HeUniform, Parameter, Zeros


def test_dense_gives_one_output_for_each_unit():
    assert Dense(15).output_shape((28, 28)) == (15,)


def test_dense_has_a_weight_for_each_input_and_unit_and_a_bias_for_each_unit():
    assert Dense(15, "relu").parameters((28, 28, 3)) == (
        Parameter("weight", (2352, 15), HeUniform()),
        Parameter("bias", (15,), Zeros()),
    )


def test_dense_without_bias_has_weights_alone():
    (weight,) = Dense(15, bias=False).parameters((4,))
    assert weight.name == "weight"


def test_dense_is_linear_with_bias_unless_told_otherwise():
    assert Dense(3) == Dense(3, "identity", bias=True)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dense_takes_every_activation(activation):
    assert Dense(3, activation).activation == activation


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_registered_by_their_type(name):
    assert LAYERS[name].type == name


def test_layers_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="units"):
        Dense(3).units = 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"units": 0},
            r"Dense\(units=0\): units must be a positive integer, got 0; "
            r"for a network without this layer, leave it out\.",
        ),
        ({"units": 2.5}, r"units must be a positive integer, got 2\.5"),
        ({"units": 2**24 + 1}, "units must be at most 16777216, got 16777217"),
        (
            {"units": 3, "activation": "sigmoyd"},
            r"there is no activation 'sigmoyd'; did you mean \"sigmoid\"\?",
        ),
        (
            {"units": 3, "activation": 5},
            "activation must be a name or a LeakyReLU, ",
        ),
        ({"units": 3, "bias": 1}, "bias must be True or False, got 1; leave it out fo"),
        ({"unit": 3, "units": 3}, r"no option 'unit'; did you mean \"units\"\?"),
    ],
)
def test_a_layer_that_cannot_be_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        Dense(**options)
