import numpy as np
import polars as pl
import pytest

from ranvier.data.table import Form, answered, read_answers
from ranvier.errors import DataError

COINS = Form("coins", (), ("side",), "classification", ("1", "head", "tail"))
SIZES = Form("sizes", (), ("size",), "regression")
FILMS = Form("films", (), ("a", "b"), "labels")


def test_classes_are_numbered_in_their_order():
    answers = read_answers(pl.DataFrame({"side": ["tail", " head", "1.0"]}), COINS)
    assert answers.dtype == np.int32
    assert answers.tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    "values", [[1, 2], ["1", "2.0"], pl.Series([1, 2], dtype=pl.UInt8)]
)
def test_values_stay_as_they_are(values):
    answers = read_answers(pl.DataFrame({"size": values}), SIZES)
    assert answers.dtype == np.float64
    assert answers.tolist() == [[1.0], [2.0]]


def test_labels_are_ones_and_zeros():
    frame = pl.DataFrame({"b": ["yes", "no"], "a": [True, False]})
    assert read_answers(frame, FILMS).tolist() == [[1.0, 1.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("form", "columns", "message"),
    [
        (
            COINS,
            {"sides": ["tail"]},
            "data: the target 'side' is missing; did you mean",
        ),
        (
            COINS,
            {"side": ["tail", "tial"]},
            "is 'tial' in row 2, which is no class; did",
        ),
        (
            COINS,
            {"side": ["tail", None]},
            "data: target 'side' is missing in 1 of 2 ro",
        ),
        (
            SIZES,
            {"size": ["1", "big"]},
            "'size' is 'big' in row 2; give a finite numbe",
        ),
        (
            SIZES,
            {"size": [1.0, float("inf")]},
            "target 'size' is inf in row 2; give a ",
        ),
        (SIZES, {"size": [1e300]}, r"target 'size' is 1e\+300 in row 1; give a finite"),
        (
            FILMS,
            {"a": [1, 0, 2], "b": [True, False, True]},
            "data: target 'a' is 2 in row 3; a label is yes or no, true or false",
        ),
    ],
)
def test_an_answer_that_is_none_is_refused(form, columns, message):
    with pytest.raises(DataError, match=message):
        read_answers(pl.DataFrame(columns), form)


def test_rows_without_an_answer_are_left_out():
    frame = pl.DataFrame(
        {"y": ["a", "", None, "b"], "z": [1.0, 1.0, 1.0, float("nan")]}
    )
    assert answered(frame, ["y"])["y"].to_list() == ["a", "b"]
    assert answered(frame, ["y", "z"])["y"].to_list() == ["a"]
    assert answered(frame, ["z"])["y"].to_list() == ["a", "", None]
