import numpy as np
import pytest

from ranvier.errors import DescriptionError
from ranvier.report.pictures import POINTS, points


@pytest.mark.parametrize("name", POINTS)
def test_points_are_two_numbers_and_a_class_each(name):
    data = points(name, rows=90)
    assert data.inputs.shape == (90, 2)
    counts = np.bincount(data.targets, minlength=len(data.schema.classes))
    assert counts.min() > 20
    assert data.schema.name == name
    assert np.abs(data.inputs).max() < 4


@pytest.mark.parametrize("name", POINTS)
def test_the_seed_draws_the_points(name):
    first, same, other = (points(name, rows=20, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.inputs, same.inputs)
    assert (first.inputs != other.inputs).any()


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(DescriptionError, match=r"'moon'; did you mean \"moons\""):
        points("moon")


@pytest.mark.parametrize(
    ("given", "message"),
    [({"rows": 9}, "rows=9: expected an integer from 10"), ({"seed": -1}, "seed=-1")],
)
def test_numbers_out_of_range_are_refused(given, message):
    with pytest.raises(DescriptionError, match=message):
        points("moons", **given)
