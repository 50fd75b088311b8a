import numpy as np
import polars as pl
import pytest

from ranvier.data.encoders import Binary, Embedding, OneHot
from ranvier.errors import DescriptionError

CITIES = pl.Series(["Rome", "Oslo", "Rome", "Rome", "Oslo", "Bonn"], dtype=pl.String)
WITH_GAPS = pl.Series(["Rome", "Oslo", "Rome", None, "Oslo"], dtype=pl.String)


def cells(*values):
    return pl.Series(values, dtype=pl.String)


def test_each_value_has_a_number_and_rare_ones_share_one():
    fitted = OneHot().fit(CITIES)
    assert fitted.names("city") == ("city = Oslo", "city = Rome", "city is another")
    np.testing.assert_array_equal(
        fitted.apply(cells("Rome", "Bonn", "Oslo")), [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    )


def test_values_never_seen_stand_with_the_rare_ones():
    fitted = OneHot().fit(CITIES)
    np.testing.assert_array_equal(fitted.apply(cells("Paris", "")), [[0, 0, 1]] * 2)


def test_without_rare_ones_a_value_never_seen_is_0_everywhere():
    fitted = OneHot().fit(CITIES[:5])
    np.testing.assert_array_equal(fitted.apply(cells("Paris", None)), [[0, 0]] * 2)


def test_missing_cells_have_a_number_where_training_rows_had_some():
    fitted = OneHot().fit(WITH_GAPS)
    assert fitted.names("city")[-1] == "city is missing"
    np.testing.assert_array_equal(
        fitted.apply(cells(None, "Paris")), [[0, 0, 1], [0, 0, 0]]
    )


def test_the_commonest_values_have_a_number_of_their_own():
    fitted = OneHot(least=1, most=1).fit(CITIES)
    assert fitted.names("city") == ("city = Rome", "city is another")


def test_values_as_common_are_taken_in_the_order_of_their_letters():
    fitted = OneHot(least=1, most=2).fit(cells("c", "b", "a"))
    assert fitted.vocabulary.words == ("a", "b")


def test_values_are_numbered_and_rare_ones_share_a_number():
    fitted = Embedding().fit(CITIES)
    assert fitted.ids == 3
    np.testing.assert_array_equal(fitted.apply(CITIES)[:, 0], [1, 0, 1, 1, 0, 2])


def test_a_value_never_seen_has_the_number_of_the_rare_ones():
    fitted = Embedding().fit(CITIES)
    np.testing.assert_array_equal(fitted.apply(cells("Paris", None))[:, 0], [2, 2])


def test_without_rare_ones_a_value_never_seen_is_taken_for_the_commonest():
    fitted = Embedding().fit(CITIES[:5])
    assert fitted.ids == 2
    np.testing.assert_array_equal(fitted.apply(cells("Paris", None))[:, 0], [1, 1])


def test_missing_cells_have_an_id_where_training_rows_had_some():
    fitted = Embedding().fit(WITH_GAPS)
    assert fitted.ids == 3
    np.testing.assert_array_equal(fitted.apply(cells(None, "Oslo"))[:, 0], [2, 0])


@pytest.mark.parametrize("encoder", [OneHot(), Embedding()])
def test_a_category_a_row_becomes_one_place(encoder):
    fitted = encoder.fit(cells(*(f"row {n}" for n in range(50))))
    assert fitted.vocabulary.size == fitted.size == 1


def test_yes_is_1_no_is_minus_1_and_a_missing_cell_0():
    fitted = Binary().fit(pl.Series([True, None]))
    numbers = fitted.apply(pl.Series([True, False, None]))
    np.testing.assert_array_equal(numbers, [[1, 0], [-1, 0], [0, 1]])
    assert fitted.names("member") == ("member", "member is missing")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: OneHot(least=0), "least must be a positive integer, got 0"),
        (lambda: OneHot(most=5000), "most must be at most 4096, got 5000; 64 is usual"),
        (lambda: Embedding(most=0), "most must be an integer from 1 to 1048576, got 0"),
    ],
)
def test_impossible_options_are_refused(made, message):
    with pytest.raises(DescriptionError, match=message):
        made()
