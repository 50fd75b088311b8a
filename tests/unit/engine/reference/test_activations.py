import numpy as np
import pytest

from ranvier.engine.reference.activations import (
    ACTIVATIONS,
    computed,
    elu,
    gelu,
    hard_sigmoid,
    leaky_relu,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softmax_backward,
    softplus,
    tanh,
)
from ranvier.network import LeakyReLU

Z = np.array([[-1.5, 0.0, 2.0]])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (sigmoid, [0.18242552380635635, 0.5, 0.8807970779778823]),
        (tanh, [-0.9051482536448664, 0.0, 0.9640275800758169]),
        (relu, [0, 0, 2]),
        (leaky_relu, [-0.015, 0, 2]),
        (elu, [-0.7768698398515702, 0, 2]),
        (selu, [-1.3658143534, 0, 2.1014019747]),
        (gelu, [-0.1002108019, 0, 1.9544997361]),
        (silu, [-0.2736382858, 0, 1.7615941560]),
        (mish, [-0.2980997422, 0, 1.9439589595]),
        (softplus, [0.2014132780, 0.6931471806, 2.1269280110]),
        (hard_sigmoid, [0.25, 0.5, 5 / 6]),
        (softmax, [0.0259086547, 0.1161145347, 0.8579768106]),
    ],
)
def test_activations_give_the_values_of_their_formulas(function, expected):
    # the constants are given to eight digits or more
    np.testing.assert_allclose(function(Z), [expected], rtol=0, atol=5e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("extreme", [1e4, -1e4, 1e300, -1e300])
def test_activations_stay_finite_and_quiet_at_extremes(name, extreme):
    z = np.array([[extreme, 0.0, -extreme]])
    assert np.isfinite(ACTIVATIONS[name].forward(z)).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("extreme", [1e4, -1e4, 1e150, -1e150])
def test_gradients_stay_finite_and_quiet_at_extremes(name, extreme):
    z = np.array([[extreme, 0.0, -extreme]])
    a = ACTIVATIONS[name].forward(z)
    assert np.isfinite(ACTIVATIONS[name].backward(np.ones((1, 3)), z, a)).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_pass_on_what_is_not_a_number(name):
    with np.errstate(invalid="ignore"):
        assert np.isnan(ACTIVATIONS[name].forward(np.array([[np.nan, 1.0]]))[0, 0])


def test_sigmoid_is_symmetric():
    z = np.linspace(-40, 40, 81)[None]
    # one rounding each of exp, sum and quotient
    np.testing.assert_allclose(sigmoid(z) + sigmoid(-z), 1, rtol=1e-15)


def test_sigmoid_keeps_the_smallest_probabilities():
    assert sigmoid(np.array([[-700.0]])) == pytest.approx(np.exp(-700), rel=1e-15)


def test_softmax_rows_sum_to_one():
    z = np.random.default_rng(0).normal(scale=50, size=(20, 7))
    np.testing.assert_allclose(softmax(z).sum(axis=1), 1, rtol=1e-15)


def test_softmax_does_not_change_with_a_shift():
    np.testing.assert_allclose(softmax(Z + 3), softmax(Z), rtol=1e-15)


def test_softmax_backward_is_the_product_with_its_jacobian():
    a, grad_a = softmax(Z), np.array([[0.3, -0.7, 1.1]])
    jacobian = np.diag(a[0]) - np.outer(a[0], a[0])
    np.testing.assert_allclose(
        softmax_backward(grad_a, Z, a), grad_a @ jacobian, rtol=1e-14
    )


def test_selu_keeps_mean_0_and_variance_1():
    # the normal density on a fine grid: sums of 4,000 terms lose 1e-12 at most
    z, step = np.linspace(-12, 12, 4001, retstep=True)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * step
    a = selu(z)
    assert (a * density).sum() == pytest.approx(0, abs=1e-6)
    assert (a**2 * density).sum() == pytest.approx(1, abs=1e-5)


def test_a_described_slope_is_used_both_ways():
    activation = computed(LeakyReLU(slope=0.2), {})
    grad_z = activation.backward(np.ones_like(Z), Z, activation.forward(Z))
    np.testing.assert_array_equal(activation.forward(Z), [[-1.5 * 0.2, 0, 2]])
    np.testing.assert_array_equal(grad_z, [[0.2, 0.2, 1]])


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_the_slope_at_the_kink_is_that_of_the_left(name, slope):
    zero = np.zeros((1, 1))
    backward = ACTIVATIONS[name].backward(np.ones((1, 1)), zero, zero)
    assert backward == slope
