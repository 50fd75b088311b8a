from ranvier.network import Dense, Network
from ranvier.network.summary import counted, table

COURSE = Network([Dense(15, "sigmoid"), Dense(10, "softmax")], (28, 28))


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
