"""A model file can be altered; what cannot be is refused, and breaks nothing later."""

import json
from datetime import datetime

import polars as pl
import pytest

from ranvier.data.column import Column
from ranvier.data.encoders import AnswerEncoder, TableEncoder
from ranvier.errors import DescriptionError

FRAME = pl.DataFrame(
    {
        "number": [1.0, 2.0, 3.0] * 20,
        "category": ["a", "b", "c"] * 20,
        "date": [datetime(2024, 1, day) for day in (1, 2, 3)] * 20,
        "text": ["one", "two", "one two"] * 20,
    }
)


def altered(kind, encoder, **fields):
    """Return the description of an encoder with other fields, once through JSON."""
    fitted = TableEncoder.fit(FRAME, [Column(kind, kind)], encode={kind: encoder})
    table = json.loads(fitted.to_json())
    place = table["encoders"][0]
    place.get("vocabulary", place).update(fields)
    return table


@pytest.mark.parametrize(
    ("kind", "encoder", "fields", "message"),
    [
        (
            "number",
            "piecewise_linear",
            {"edges": []},
            "edges must be a list of numbers",
        ),
        ("number", "piecewise_linear", {"edges": [1.0, 1.0]}, "that ascend, got"),
        (
            "number",
            "quantile",
            {"knots": [2.0, 1.0]},
            "knots must be a list of numbers",
        ),
        ("number", "quantile", {"knots": [1.0]}, "1 knots and 3 heights; fit the enc"),
        (
            "number",
            "quantile",
            {"heights": [1e300]},
            "heights must be at most 100000",
        ),
        ("number", "periodic", {"frequencies": [1e9]}, "must be at most 1000000.0"),
        ("number", "robust", {"scale": float("nan")}, "scale must be a finite number"),
        (
            "number",
            "robust",
            {"median": "2"},
            "median must be a finite number, got",
        ),
        ("number", "robust", {"has_gaps": 1}, "has_gaps must be true or false, got 1"),
        ("category", "one_hot", {"commonest": 0.5}, "must be a whole number, got 0.5"),
        ("category", "one_hot", {"words": ["a", "a"]}, "words must be a list of diff"),
        ("category", "embedding", {"commonest": 3}, "there are 3 places, counted from"),
        ("category", "embedding", {"commonest": -1}, "commonest=-1"),
        ("category", "one_hot", {"words": []}, "there are 0 places, counted from 0"),
        ("date", "cycles", {"cycles": ["moon"]}, "no cycle 'moon'; known: month, day"),
        (
            "text",
            "words",
            {"weights": [-1e9]},
            "weights must be a list of numbers",
        ),
        ("text", "words", {"weights": []}, "weights must be a list of numbers"),
    ],
)
def test_an_altered_encoder_is_refused(kind, encoder, fields, message):
    with pytest.raises(DescriptionError, match=message):
        TableEncoder.from_dict(altered(kind, encoder, **fields))


def test_a_vocabulary_is_needed():
    table = altered("category", "one_hot")
    table["encoders"][0]["vocabulary"] = ["a"]
    with pytest.raises(DescriptionError, match="vocabulary must be a Vocabulary, got"):
        TableEncoder.from_dict(table)


def test_an_encoder_of_another_kind_of_column_is_refused():
    table = altered("number", "robust")
    table["columns"][0]["kind"] = "text"
    with pytest.raises(
        DescriptionError, match="'number' is a text, which \"robust\" can"
    ):
        TableEncoder.from_dict(table)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"how": "sqrt"}, "how must be identity, standard or log, got 'sqrt'"),
        ({"low": 9.0}, r"low=9.0, high=3.0\): the smallest target must be at most"),
        ({"how": "log", "low": 0.0}, "and positive for logarithms; fit the encoder"),
        ({"deviation": -1.0}, "deviation must be zero or more, got -1.0"),
    ],
)
def test_altered_answers_are_refused(fields, message):
    table = AnswerEncoder.fit([[1.0], [2.0], [3.0]]).to_dict()
    table["targets"][0].update(fields)
    with pytest.raises(DescriptionError, match=message):
        AnswerEncoder.from_dict(table)
