import zlib

import numpy as np
import polars as pl
import pytest

from ranvier.data.encoders import Words
from ranvier.errors import DescriptionError

TEXTS = pl.Series(["the red car", "The RED bus!", None, "", "the the the the car"])


@pytest.fixture(scope="module")
def fitted():
    return Words(width=4096).fit(TEXTS)


def texts(*values):
    return pl.Series(values, dtype=pl.String)


def places(fitted, text):
    return set(np.flatnonzero(fitted.apply(texts(text))[0, :4096]))


def test_a_text_has_the_places_of_its_words_and_pairs(fitted):
    alone = places(fitted, "red") | places(fitted, "car")
    together = places(fitted, "red car")
    assert len(alone) == 2
    assert alone < together
    assert len(together) == 3


def test_pairs_do_not_reach_from_one_text_to_the_next(fitted):
    numbers = fitted.apply(texts("red", "car"))
    np.testing.assert_array_equal(
        numbers, np.vstack([fitted.apply(texts(text)) for text in ("red", "car")])
    )


def test_the_order_of_two_words_matters(fitted):
    assert places(fitted, "red car") != places(fitted, "car red")


def test_case_and_punctuation_do_not_matter(fitted):
    one, other = fitted.apply(texts("the red car", "  The—RED  (car)."))
    np.testing.assert_array_equal(one, other)


def test_a_text_with_words_has_length_1(fitted):
    norms = np.linalg.norm(fitted.apply(TEXTS)[:, :4096], axis=1)
    np.testing.assert_allclose(norms, [1, 1, 0, 0, 1], rtol=2**-20)


def test_a_word_of_many_training_texts_weighs_less(fitted):
    numbers = fitted.apply(texts("the bus"))[0]
    (the,), (bus,) = places(fitted, "the"), places(fitted, "bus")
    # The four texts use "the" three times, "bus" once.
    expected = (np.log(5 / 4) + 1) / (np.log(5 / 2) + 1)
    np.testing.assert_allclose(numbers[the] / numbers[bus], expected, rtol=2**-20)


def test_more_of_a_word_counts_as_the_logarithm(fitted):
    numbers = fitted.apply(texts("car bus car bus car"))[0]
    (car,), (bus,) = places(fitted, "car"), places(fitted, "bus")
    weights = np.array(fitted.weights)
    expected = np.log1p(3) * weights[car] / (np.log1p(2) * weights[bus])
    np.testing.assert_allclose(numbers[car] / numbers[bus], expected, rtol=2**-20)


def test_the_length_is_standardised(fitted):
    lengths = np.log1p([3, 3, 0, 5])
    expected = (lengths - lengths.mean()) / lengths.std()
    numbers = fitted.apply(TEXTS.drop_nulls())[:, 4096]
    np.testing.assert_allclose(numbers, expected, rtol=2**-20)


def test_a_missing_text_is_0_and_is_told(fitted):
    (gap,) = fitted.apply(texts(None))
    assert gap[-1] == gap.sum() == 1
    assert fitted.names("note")[-3:] == (
        "note's words 4096",
        "note's length",
        "note is missing",
    )


def test_places_are_those_of_crc_32_everywhere(fitted):
    mixed = (zlib.crc32("größe".encode()) * 0x9E3779B97F4A7C15) % 2**64 >> 33
    assert places(fitted, "Größe") == {mixed % 4096}


def test_long_columns_are_read_in_parts():
    many = pl.Series([f"word{n} word{n + 1}" for n in range(5000)])
    fitted = Words(width=16).fit(many)
    numbers = fitted.apply(many)
    np.testing.assert_array_equal(numbers[4990:], fitted.apply(many[4990:]))


def test_an_impossible_width_is_refused():
    with pytest.raises(DescriptionError, match="width must be an integer from 2 to 65"):
        Words(width=1)
