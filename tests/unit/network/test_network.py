import copy
import dataclasses
import pickle

import numpy as np
import pytest

from ranvier.errors import DescriptionError
from ranvier.network import ACTIVATIONS, Dense, Network, PlacedLayer

COURSE = Network([Dense(15, "sigmoid"), Dense(10, "sigmoid")], (28, 28))
NETWORKS = [
    COURSE,
    Network([Dense(1)]),
    Network([Dense(3, "relu", bias=False), Dense(2, "softmax")], (8, 8, 3)),
    *(Network([Dense(4, activation)], 5) for activation in ACTIVATIONS),
]
every_network = pytest.mark.parametrize("network", NETWORKS, ids=str)


@every_network
def test_json_gives_back_the_network(network):
    assert Network.from_json(network.to_json()) == network


@every_network
def test_toml_gives_back_the_network(network):
    assert Network.from_toml(network.to_toml()) == network


@every_network
def test_networks_are_equal_and_hashed_by_value(network):
    twin = copy.deepcopy(network)
    assert twin == network
    assert hash(twin) == hash(network)


@every_network
def test_networks_survive_pickling(network):
    assert pickle.loads(pickle.dumps(network)) == network


def test_networks_that_differ_are_not_equal():
    assert len(set(NETWORKS)) == len(NETWORKS)


def test_networks_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="layers"):
        COURSE.layers = ()


def test_the_course_network_has_its_11935_numbers():
    assert COURSE.size == 784 * 15 + 15 + 15 * 10 + 10 == 11935


def test_placed_layers_have_names_and_shapes():
    first, second = COURSE.placed()
    assert isinstance(first, PlacedLayer)
    assert (first.name, first.input_shape, first.output_shape) == (
        "dense_1",
        (28, 28),
        (15,),
    )
    assert (second.name, second.input_shape, second.output_shape) == (
        "dense_2",
        (15,),
        (10,),
    )
    assert [one.shape for one in second.parameters] == [(15, 10), (10,)]


def test_the_output_is_the_last_layer():
    assert COURSE.output == Dense(10, "sigmoid")
    assert COURSE.output_shape == (10,)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (4, (4,)),
        ([2, 2], (2, 2)),
        ((np.int64(4), 2), (4, 2)),
        (np.int32(4), (4,)),
        (None, None),
    ],
)
def test_an_input_shape_may_be_written_in_many_ways(shape, expected):
    assert Network([Dense(3)], shape).input_shape == expected


def test_a_network_takes_the_shape_of_its_data():
    assert Network([Dense(3)]).with_input((28, 28)) == Network([Dense(3)], (28, 28))


def test_a_network_may_be_given_its_own_shape_again():
    assert COURSE.with_input((28, 28)) == COURSE


def test_a_network_refuses_the_shape_of_other_data():
    with pytest.raises(
        DescriptionError,
        match=r"takes inputs of shape \(28, 28\), the data have \(784,\); leave input_",
    ):
        COURSE.with_input((784,))


@pytest.mark.parametrize(
    "ask",
    [
        lambda network: network.size,
        lambda network: network.output_shape,
        lambda network: network.summary(),
        lambda network: network.draw(),
        lambda network: list(network.placed()),
    ],
    ids=["size", "output_shape", "summary", "draw", "placed"],
)
def test_what_needs_the_input_shape_says_so(ask):
    with pytest.raises(
        DescriptionError,
        match=r"the shape of the network's input is not known yet; give it, as in netw",
    ):
        ask(Network([Dense(3)]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"layers": []},
            r"layers must be a list of one or more layers, got \[\]; give at least the",
        ),
        ({"layers": 5}, "layers must be a list of one or more layers, got 5"),
        ({"layers": [5]}, r"5 is no layer; known: dense, .*residual\."),
        ({"layers": ["dens"]}, r"no layer 'dens'; did you mean \"dense\"\?"),
        ({"layers": ["dense"]}, r"Dense\(\): units is missing; give it, as in Dense\("),
        ({"layers": [{"type": "dense", "units": 0}]}, "units must be a positive integ"),
        (
            {"layers": [Dense(3)], "input_shape": (0,)},
            r"input_shape must be positive integers, as in \(784,\) or \(28, 28\), got "
            r"0; leave it out to take the shape of the data\.",
        ),
        ({"layers": [Dense(3)], "input_shape": ()}, r"positive integers.*got \(\)"),
        ({"layers": [Dense(3)], "input_shape": "ab"}, "positive integers.*got 'ab'"),
        ({"layers": [Dense(3)], "input_shape": 2.5}, r"positive integers.*got 2\.5"),
        ({"layers": [Dense(3)], "shape": 4}, "Network.*there is no option 'shape'"),
    ],
)
def test_a_network_that_cannot_be_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        Network(**options)


def test_notebooks_show_a_drawing_once_the_shape_is_known():
    assert COURSE._repr_svg_() == COURSE.draw()
    assert Network([Dense(3)])._repr_svg_() is None
