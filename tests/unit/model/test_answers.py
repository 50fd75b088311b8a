import numpy as np
import pytest

from ranvier.data import Schema
from ranvier.model.answers import class_names, class_numbers, probabilities


def outputs(*rows):
    return np.array(rows, np.float32)


def named(*names):
    return Schema("x", (1,), "classification", names, len(names))


def test_the_largest_output_is_the_class():
    rows = outputs([0.1, 0.7, 0.2], [-3, -2, -5])
    assert class_numbers(rows).tolist() == [1, 1]


def test_a_single_output_above_a_half_is_the_second_class():
    assert class_numbers(outputs([0.2], [0.5], [0.51])).tolist() == [0, 0, 1]


@pytest.mark.parametrize("count", [1, 2, 10])
def test_probabilities_sum_to_one(count):
    random = np.random.default_rng(0)
    given = random.uniform(-1, 2, (50, count)).astype(np.float32)
    found = probabilities(given)
    assert found.dtype == np.float32
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)


def test_softmax_gives_its_own_probabilities():
    given = outputs([0.25, 0.75], [1.0, 0.0])
    np.testing.assert_array_equal(probabilities(given), given)


def test_a_single_output_is_the_probability_of_the_second_class():
    np.testing.assert_array_equal(
        probabilities(outputs([0.25], [1.5])), outputs([0.75, 0.25], [0, 1])
    )


def test_outputs_that_do_not_sum_to_one_are_shares_of_their_sum():
    np.testing.assert_array_equal(
        probabilities(outputs([0.5, 1.5, -1])), outputs([0.25, 0.75, 0])
    )


def test_without_any_positive_output_all_classes_are_as_likely():
    np.testing.assert_array_equal(
        probabilities(outputs([0, 0, -1, 0])), outputs([0.25] * 4)
    )


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("0", "1"), "i"),
        (("-1", "1"), "i"),
        (("10", "9"), "i"),
        (("a", "b"), "U"),
        (("0", "b"), "U"),
        (("00", "1"), "U"),
        (("1.0", "2.0"), "U"),
        (("+1", "2"), "U"),
        (("²", "3"), "U"),
        (("--1", "1"), "U"),
        (("٣", "4"), "U"),
        (("9" * 30, "1"), "U"),
    ],
)
def test_classes_are_integers_where_all_names_are(names, kind):
    found = class_names(named(*names))
    assert found.dtype.kind == kind
    assert [str(name) for name in found] == list(names)
