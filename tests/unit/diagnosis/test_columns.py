import numpy as np

from ranvier.data import Encoder, from_arrays
from ranvier.diagnosis.columns import input_columns
from tests.support.people import shoppers


def columns(data):
    return input_columns(data.schema, Encoder.fit(data))


def test_a_pixel_holds_all_its_channels():
    data = from_arrays(np.zeros((4, 2, 3, 3), np.uint8), [0, 1, 0, 1])
    found = columns(data)
    assert len(found) == 6
    assert (found[4].name, found[4].numbers) == ("pixel (1, 1)", (12, 13, 14))


def test_other_shapes_have_places():
    data = from_arrays(np.zeros((4, 2, 2), np.float32), [0, 1, 0, 1])
    assert [one.name for one in columns(data)][-1] == "place (1, 1)"


def test_a_column_of_a_table_holds_all_numbers_it_becomes():
    data = shoppers()
    found = columns(data)
    assert [one.name for one in found] == ["age", "town", "member", "day"]
    numbers = sorted(number for one in found for number in one.numbers)
    assert numbers == list(range(Encoder.fit(data).size))
