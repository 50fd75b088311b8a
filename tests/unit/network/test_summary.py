from ranvier.network import (
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePool,
    MaxPool2D,
    Network,
    Residual,
)
from ranvier.network.summary import counted, table

COURSE = Network([Dense(15, "sigmoid"), Dense(10, "softmax")], (28, 28))

TABLE = """\
name                     layer                output     weights  biases  total
-------------------------------------------------------------------------------
input                                         (8, 8)
conv2d_1                 conv2d identity      (8, 8, 4)      100       4    104
max_pool2d_1             max_pool2d           (4, 4, 4)        0       0      0
residual_1               residual identity    (4, 4, 4)        0       0      0
residual_1.conv2d_1      conv2d identity      (4, 4, 4)      144       0    144
residual_1.batch_norm_1  batch_norm relu      (4, 4, 4)        4       4      8
global_average_pool_1    global_average_pool  (4,)             0       0      0
-------------------------------------------------------------------------------
total                                                        248       8    256
and 8 numbers that are kept, but not learnt"""


def test_the_table_shows_shapes_counts_and_totals():
    lines = [
        "name     layer          output    weights  biases   total",
        "---------------------------------------------------------",
        "input                   (28, 28)",
        "dense_1  dense sigmoid  (15,)      11,760      15  11,775",
        "dense_2  dense softmax  (10,)         150      10     160",
        "---------------------------------------------------------",
        "total                              11,910      25  11,935",
    ]
    assert table(COURSE).splitlines() == lines


def test_the_table_is_plain_text():
    assert table(COURSE).isascii()
    assert table(COURSE).replace("\n", "").isprintable()


def test_a_layer_without_biases_counts_none():
    (count,) = counted(Network([Dense(4, bias=False)], 3))
    assert count[1:] == (12, 0)


def test_counts_add_up_to_the_size():
    assert sum(weights + biases for _, weights, biases in counted(COURSE)) == 11935


def test_a_network_shows_its_table():
    assert COURSE.summary() == table(COURSE)


def test_the_table_shows_images_branches_and_what_is_not_learnt():
    branch = [Conv2D(4, bias=False), BatchNorm("relu")]
    network = Network(
        [Conv2D(4, 5), MaxPool2D(), Residual(branch), GlobalAveragePool()], (8, 8)
    )
    assert table(network) == TABLE


def test_layers_without_weights_count_nothing():
    (count,) = counted(Network([Flatten()], (2, 3)))
    assert count[1:] == (0, 0)
