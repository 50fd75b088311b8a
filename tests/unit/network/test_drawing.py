from xml.etree import ElementTree

import pytest

from ranvier.network import (
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Network,
    PlacedLayer,
    Residual,
)
from ranvier.network.drawing import svg

SVG = "{http://www.w3.org/2000/svg}"
COURSE = Network([Dense(15, "sigmoid"), Dense(10, "sigmoid")], (28, 28))


def drawn(network):
    return ElementTree.fromstring(svg(network))


def nodes(picture, role):
    """Return the radii of the circles in the columns of a role."""
    groups = [one for one in picture.iter(f"{SVG}g") if one.get("class") == role]
    return [float(circle.get("r")) for group in groups for circle in group]


def texts(picture):
    return [text.text for text in picture.iter(f"{SVG}text")]


def test_a_layer_of_up_to_fifteen_nodes_is_drawn_whole():
    assert len(nodes(drawn(COURSE), "hidden")) == 15
    assert len(nodes(drawn(COURSE), "output")) == 10


def test_a_large_layer_is_drawn_with_an_ellipsis_of_three_dots():
    radii = nodes(drawn(COURSE), "input")
    assert sorted(radii) == [2.2] * 3 + [9.0] * 14


def test_every_drawn_pair_of_nodes_is_joined():
    first, second = drawn(COURSE).iter(f"{SVG}path")
    assert first.get("d").count("M") == 14 * 15
    assert second.get("d").count("M") == 15 * 10


def test_labels_say_what_each_layer_is():
    assert texts(drawn(COURSE)) == [
        *("input", "28 × 28", "784 values"),
        *("dense_1", "15 × sigmoid", "11,760 weights", "15 biases"),
        *("dense_2", "10 × sigmoid", "150 weights", "10 biases"),
    ]


def test_labels_of_single_things_are_singular():
    labels = texts(drawn(Network([Dense(1)], 1)))
    assert labels == [
        "input",
        "1 value",
        "dense_1",
        "1 × identity",
        "1 weight",
        "1 bias",
    ]


def test_a_layer_without_biases_says_so():
    assert "no biases" in texts(drawn(Network([Dense(2, bias=False)], 3)))


def test_those_who_cannot_see_it_are_told_what_it_shows():
    picture = drawn(COURSE)
    title, description = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert picture.get("role") == "img"
    assert (
        picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    )
    assert title.text == "A neural network with 11,935 weights and biases"
    assert "dense_2: 10 × sigmoid, 150 weights, 10 biases." in description.text


def test_two_drawings_on_one_page_do_not_share_their_ids():
    other = Network([Dense(3)], 4)
    assert drawn(COURSE).get("aria-labelledby") != drawn(other).get("aria-labelledby")


def test_a_drawing_stands_alone():
    assert "prefers-color-scheme:dark" in svg(COURSE)
    assert "http" not in svg(COURSE).replace("http://www.w3.org/2000/svg", "")
    assert "script" not in svg(COURSE)


def test_names_are_escaped(monkeypatch):
    hostile = "<script>&\"'"
    place = PlacedLayer(hostile, Dense(2), (3,), (2,), ())
    monkeypatch.setattr(Network, "placed", lambda self: iter([place]))
    assert hostile in texts(drawn(Network([Dense(2)], 3)))


@pytest.mark.parametrize("inputs", [1, 2, 15, 16, 17, 10**6])
def test_all_nodes_lie_inside_the_picture(inputs):
    picture = drawn(Network([Dense(17), Dense(1)], inputs))
    width, height = float(picture.get("width")), float(picture.get("height"))
    circles = list(picture.iter(f"{SVG}circle"))
    assert all(9 <= float(one.get("cx")) <= width - 9 for one in circles)
    assert all(9 <= float(one.get("cy")) <= height - 100 for one in circles)


def test_a_drawing_of_a_huge_network_stays_small():
    network = Network([Dense(2**20)] * 8, (2**20,))
    assert len(svg(network)) < 100_000


def squares(picture, role):
    groups = [one for one in picture.iter(f"{SVG}g") if one.get("class") == role]
    return [len(list(group.iter(f"{SVG}rect"))) for group in groups]


CNN = Network(
    [
        *(Conv2D(6, 3, "relu"), MaxPool2D(), Residual([Conv2D(6, 3, bias=False)])),
        *(Conv2D(20), Flatten(), Dense(3, "softmax")),
    ],
    (8, 8, 3),
)


def test_channels_of_images_are_drawn_as_squares():
    assert squares(drawn(CNN), "input") == [3]
    assert squares(drawn(CNN), "hidden") == [6, 6, 6, 14, 0]
    assert nodes(drawn(CNN), "output") == [9.0] * 3


def test_an_image_that_is_read_as_a_row_is_drawn_as_nodes():
    assert squares(drawn(COURSE), "input") == [0]


def test_labels_say_what_layers_of_images_are():
    assert texts(drawn(CNN)) == [
        *("input", "8 × 8 × 3", "192 values"),
        *("conv2d_1", "8 × 8 × 6 × relu", "162 weights", "6 biases"),
        *("max_pool2d_1", "4 × 4 × 6"),
        *("residual_1", "4 × 4 × 6 × identity", "324 weights", "no biases"),
        *("conv2d_2", "4 × 4 × 20 × identity", "1,080 weights", "20 biases"),
        *("flatten_1", "320"),
        *("dense_1", "3 × softmax", "960 weights", "3 biases"),
    ]
