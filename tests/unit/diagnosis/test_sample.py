import numpy as np

from ranvier.data import Encoder, from_arrays
from ranvier.diagnosis.sample import sampled
from ranvier.engine.contract import Decode


def of(data, most):
    encoder = Encoder.fit(data)
    return sampled(data, Decode(encoder.scale, encoder.shift), most, seed=0)


def test_numbers_are_those_that_the_network_reads():
    data = from_arrays([[1.0], [3.0]] * 5, [0, 1] * 5)
    assert of(data, 10).inputs[:2].tolist() == [[-1.0], [1.0]]


def test_of_many_rows_some_are_drawn_in_their_order():
    data = from_arrays(np.arange(50.0)[:, None], np.arange(50) % 2)
    rows = of(data.take(np.arange(10, 50)), 8).rows
    assert len(rows) == 8
    assert (np.diff(rows.astype(int)) > 0).all()
    assert rows.min() >= 10


def test_rows_that_weigh_nothing_are_not_there():
    data = from_arrays(np.arange(6.0)[:, None], [0, 1] * 3)
    weighed = data.with_weights([1, 0, 1, 0, 1, 0])
    assert of(weighed, 10).rows.tolist() == [0, 2, 4]
