import pytest

from ranvier.engine.reference.activations import ACTIVATIONS as COMPUTED
from ranvier.errors import DescriptionError
from ranvier.network import ACTIVATIONS, INITIALIZERS, Dense, LeakyReLU, Network
from ranvier.network.activations import name_of, slope_of

LEAKY = LeakyReLU(slope=0.2)
RELU_LIKE = ["relu", "leaky_relu", "elu", "gelu", "silu", "mish", "softplus"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_names_an_initializer_that_is_known(name):
    assert ACTIVATIONS[name].initializer in INITIALIZERS


@pytest.mark.parametrize("name", RELU_LIKE)
def test_what_cuts_off_half_starts_with_larger_weights(name):
    assert ACTIVATIONS[name].initializer == "he_uniform"


def test_what_normalizes_itself_starts_as_its_paper_asks():
    assert ACTIVATIONS["selu"].initializer == "lecun_normal"


def test_the_reference_engine_computes_every_activation():
    assert set(COMPUTED) == set(ACTIVATIONS)


@pytest.mark.parametrize("given", [LEAKY, {"type": "leaky_relu", "slope": 0.2}])
def test_a_slope_may_be_described_or_given(given):
    assert Dense(3, given).activation == LEAKY


@pytest.mark.parametrize("given", [LeakyReLU(), {"type": "leaky_relu"}])
def test_the_usual_slope_is_the_plain_activation(given):
    assert Dense(3, given) == Dense(3, "leaky_relu")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_plain_activation_may_be_written_as_a_table(name):
    assert Dense(3, {"type": name}) == Dense(3, name)


@pytest.mark.parametrize("activation", ["leaky_relu", LEAKY])
def test_networks_with_slopes_survive_json_and_toml(activation):
    network = Network([Dense(3, activation)], 2)
    assert Network.from_json(network.to_json()) == network
    assert Network.from_toml(network.to_toml()) == network


def test_json_keeps_a_plain_activation_as_its_name():
    tables = Network([Dense(3, "leaky_relu"), Dense(3, LEAKY)]).to_dict()["layers"]
    described = {"type": "leaky_relu", "slope": 0.2}
    assert [one["activation"] for one in tables] == ["leaky_relu", described]


def test_name_and_slope_are_read_off_either_form():
    assert (name_of("elu"), slope_of("elu")) == ("elu", 0.01)
    assert (name_of(LEAKY), slope_of(LEAKY)) == ("leaky_relu", 0.2)


def test_what_is_drawn_and_counted_shows_the_slope():
    network = Network([Dense(3, LEAKY)], 2)
    assert "dense leaky_relu(0.2)" in network.summary()
    assert "3 × leaky_relu(0.2)" in network.draw()


@pytest.mark.parametrize(
    ("activation", "message"),
    [
        (
            {"type": "relu", "slope": 0.2},
            r"relu takes no options, got \{'slope': 0.2\}",
        ),
        (
            {"type": "leaky", "slope": 1},
            "no activation 'leaky'; did you mean \"leaky",
        ),
        ({"slope": 0.2}, "there is no activation ''; known: identity"),
        ({"type": "leaky_relu", "slop": 1}, "no option 'slop'; did you mean \"slope"),
        (
            {"type": "leaky_relu", "slope": -0.1},
            r"LeakyReLU\(slope=-0.1\): slope must be zero or a positive number, got -0",
        ),
        (LeakyReLU, "activation must be a name or a LeakyReLU, got <class"),
        (5, "activation must be a name or a LeakyReLU, got 5; known: identity, sigm"),
    ],
)
def test_an_activation_that_cannot_be_is_refused(activation, message):
    with pytest.raises(DescriptionError, match=message):
        Dense(3, activation)


@pytest.mark.parametrize("slope", [float("nan"), float("inf"), "0.2", True, None])
def test_a_slope_is_a_number(slope):
    with pytest.raises(DescriptionError, match=r"slope must be zero or a positive nu"):
        LeakyReLU(slope)


def test_a_slope_beyond_float32_is_refused():
    with pytest.raises(DescriptionError, match=r"slope must be at most 1e\+30"):
        LeakyReLU(1e31)
