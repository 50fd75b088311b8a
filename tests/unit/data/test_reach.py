import numpy as np
import pytest

from ranvier.data.reach import outside_output


@pytest.mark.parametrize(
    ("values", "activation", "text"),
    [
        (
            [[0.5], [1.5]],
            "sigmoid",
            "1 of 2 rows have a target that is outside 0 to 1, ",
        ),
        (
            [[-2.0]],
            "tanh",
            "outside -1 to 1, all that tanh can give; end the network in",
        ),
        ([[1.0, -2.0]], "relu", "outside 0 to inf, all that relu can give"),
        ([[-1.5]], "elu", "outside -1 to inf, all that elu can give"),
    ],
)
def test_values_that_an_output_cannot_give_are_warned_of(values, activation, text):
    (found,) = outside_output(np.array(values, np.float32), activation)
    assert (found.code, found.column) == ("output", None)
    assert text in found.text
    assert found.text.endswith("in identity, or scale the target.")


def test_values_that_were_standardized_need_no_scaling():
    (found,) = outside_output(np.array([[-0.5]]), "sigmoid", is_eased=True)
    assert "a target that is, once it is standardized, outside 0 to 1" in found.text
    assert found.text.endswith("end the network in identity.")


@pytest.mark.parametrize(
    ("values", "activation"),
    [([[0.0, 1.0]], "sigmoid"), ([[-5.0]], "identity"), ([[7.0]], "softplus")],
)
def test_values_within_reach_are_fine(values, activation):
    assert outside_output(np.array(values), activation) == ()
